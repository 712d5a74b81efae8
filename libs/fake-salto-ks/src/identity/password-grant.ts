import type { Answer } from '../http/answer.ts';
import { oauthRefusal } from '../http/errors.ts';
import type { Client } from '../state/clients.ts';
import type { World } from '../world.ts';
import { issueTokens } from './issue-tokens.ts';
import { requireScope } from './scopes.ts';

/** Signs in with e-mail and password ("only meant for demo purposes", says Salto; most public clients use it). */
export function passwordGrant(world: World, client: Client, form: URLSearchParams): Promise<Answer> {
  const account = world.state.accounts.byEmail(form.get('username') ?? '');
  if (!account || account.password === null || account.password !== form.get('password')) {
    throw oauthRefusal('invalid_grant', 'invalid_username_or_password');
  }
  const scope = requireScope(form.get('scope') ?? 'user_api.full_access');
  return issueTokens(world, { accountId: account.id, clientId: client.id, scope });
}

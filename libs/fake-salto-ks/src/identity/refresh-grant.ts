import type { Answer } from '../http/answer.ts';
import { oauthRefusal } from '../http/errors.ts';
import type { Client } from '../state/clients.ts';
import type { World } from '../world.ts';
import { issueTokens } from './issue-tokens.ts';

/** A new access token. With rotation, the old refresh token is spent at once and using it again is refused. */
export function refreshGrant(world: World, client: Client, form: URLSearchParams): Promise<Answer> {
  const { refreshTokens, settings } = world.state;
  const token = refreshTokens.get(form.get('refresh_token') ?? '');
  if (token?.client_id !== client.id) throw oauthRefusal('invalid_grant', 'invalid_grant');
  const granted = { accountId: token.account_id, clientId: client.id, scope: token.scope };
  if (!settings.refresh_token_rotation) return issueTokens(world, { ...granted, keptRefreshToken: token.id });
  refreshTokens.delete(token.id);
  return issueTokens(world, granted);
}

import { createHash } from 'node:crypto';
import type { Answer } from '../http/answer.ts';
import { oauthRefusal } from '../http/errors.ts';
import type { AuthorizationCode, Client } from '../state/clients.ts';
import type { World } from '../world.ts';
import { issueTokens } from './issue-tokens.ts';

/** Exchanges a code, once. */
export function codeGrant(world: World, client: Client, form: URLSearchParams): Promise<Answer> {
  const code = world.state.codes.get(form.get('code') ?? '');
  if (code) world.state.codes.delete(code.id);
  if (!code || !isFor(code, client, form) || code.expires_at <= world.now()) {
    throw oauthRefusal('invalid_grant', 'invalid_grant');
  }
  const { account_id: accountId, scope, nonce } = code;
  return issueTokens(world, { accountId, clientId: client.id, scope, nonce });
}

function isFor(code: AuthorizationCode, client: Client, form: URLSearchParams): boolean {
  return (
    code.client_id === client.id &&
    code.redirect_uri === form.get('redirect_uri') &&
    (code.code_challenge === null || code.code_challenge === challengeOf(form.get('code_verifier') ?? ''))
  );
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

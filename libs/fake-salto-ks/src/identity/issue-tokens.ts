import { randomBytes } from 'node:crypto';
import { json, type Answer } from '../http/answer.ts';
import type { World } from '../world.ts';

/** What a grant entitles to. */
export interface Granted {
  accountId: string;
  clientId: string;
  scope: string;
  /** Present when a person signed in: an ID token is due for `openid`. */
  nonce?: string | null;
  /** Given back as it is, where refresh tokens do not rotate. */
  keptRefreshToken?: string;
}

/** The token response. A refresh token needs `offline_access`. */
export async function issueTokens(world: World, granted: Granted): Promise<Answer> {
  const scopes = granted.scope.split(' ');
  const lifetimeSeconds = world.state.settings.token_lifetime_seconds;
  const token = { ...granted, issuer: world.url(), lifetimeSeconds };
  const isSignIn = granted.nonce !== undefined && scopes.includes('openid');
  const idToken = isSignIn ? await world.identity.idToken({ ...token, nonce: granted.nonce ?? null }) : undefined;
  const refreshToken = granted.keptRefreshToken ?? newRefreshToken(world, granted, scopes);
  return json(200, {
    access_token: await world.identity.accessToken(token),
    expires_in: lifetimeSeconds,
    token_type: 'Bearer',
    scope: granted.scope,
    ...(idToken && { id_token: idToken }),
    ...(refreshToken && { refresh_token: refreshToken }),
  });
}

function newRefreshToken(world: World, { accountId, clientId, scope }: Granted, scopes: string[]): string | undefined {
  if (!scopes.includes('offline_access')) return undefined;
  const id = randomBytes(32).toString('base64url');
  world.state.refreshTokens.put({ id, client_id: clientId, account_id: accountId, scope });
  return id;
}

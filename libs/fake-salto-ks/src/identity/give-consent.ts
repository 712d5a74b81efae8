import { randomBytes } from 'node:crypto';
import { redirect } from '../http/answer.ts';
import { readAuthorizationRequest, returnAddress } from './authorization-request.ts';
import { oauthRoute } from './oauth-route.ts';
import { requireScope } from './scopes.ts';

const CODE_LIFETIME_MS = 5 * 60_000;

/** The consent page's form: `account_id` allows as that account, an empty one denies. Redirects to the client. */
export const giveConsent = oauthRoute({
  method: 'POST',
  path: '/connect/authorize',
  handle: ({ world, query, text }) => {
    const request = readAuthorizationRequest(world.state, query);
    const account = world.state.accounts.get(new URLSearchParams(text).get('account_id') ?? '');
    if (!account) return redirect(returnAddress(request, { error: 'access_denied' }));
    const code = world.state.codes.put({
      id: randomBytes(32).toString('base64url'),
      client_id: request.clientId,
      account_id: account.id,
      redirect_uri: request.redirectUri,
      scope: requireScope(request.scope),
      nonce: request.nonce,
      code_challenge: request.codeChallenge,
      expires_at: world.now() + CODE_LIFETIME_MS,
    });
    return redirect(returnAddress(request, { code: code.id }));
  },
});

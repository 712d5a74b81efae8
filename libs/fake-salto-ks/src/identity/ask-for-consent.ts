import type { Incoming } from '../http/route.ts';

/**
 * Makes every authorization begin with a sign-in and ask for consent. OpenID Connect gives `offline_access` only with
 * `prompt=consent`, which Salto does not demand; and without the cookies of an earlier sign-in, another account can be
 * chosen. One that is posted goes on as a GET: oidc-provider takes posts only with cookies that browsers refuse over
 * HTTP. A client's `prompt=none` stays, and is refused as it would be at Salto without a session.
 */
export function askForConsent(incoming: Incoming): Incoming {
  const [path = ''] = incoming.target.split('?', 1);
  const sent = incoming.method === 'POST' ? new URLSearchParams(incoming.text) : incoming.query;
  const headers = { ...incoming.headers, cookie: undefined };
  return { ...incoming, method: 'GET', target: `${path}?${withConsent(sent).toString()}`, text: '', headers };
}

function withConsent(params: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams(params);
  if (asked.get('prompt') !== 'none') asked.set('prompt', 'consent');
  // oidc-provider refuses a nonce without `openid`; without an ID token it is of no use, and IdentityServer ignores it.
  if (!asked.get('scope')?.split(' ').includes('openid')) asked.delete('nonce');
  return asked;
}

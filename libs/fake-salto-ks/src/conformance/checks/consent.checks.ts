import { createHash, randomBytes } from 'node:crypto';
import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { objectOf, outcome } from '../seen.ts';
import { offlineScope } from '../tokens.ts';

interface Authorization {
  url: string;
  redirectUri: string;
  verifier: string;
}

function authorization(lab: Lab, { withPkce }: { withPkce: boolean }): Authorization {
  const { target } = lab.session;
  const redirectUri = lab.need(target.redirectUri, 'an address that the client may return to');
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: target.client.id,
    redirect_uri: redirectUri,
    scope: offlineScope,
    state: randomBytes(16).toString('base64url'),
    ...(withPkce && {
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }),
  });
  return { url: `${target.identityUrl}/connect/authorize?${query.toString()}`, redirectUri, verifier };
}

/** Where an authorization leads without anybody doing anything: to the pages, or back with an error. */
async function firstStep(lab: Lab, { url }: Authorization): Promise<string> {
  const { status, headers } = await lab.session.client.send(url, { headers: { accept: 'text/html' } });
  if (status === 200) return 'pages to sign in';
  const location = headers.get('location');
  if (location === null) return String(status);
  const to = new URL(location, url);
  return to.searchParams.get('error') ?? (to.host === new URL(url).host ? 'pages to sign in' : 'some other place');
}

/** A code that a person allowed, exchanged with this verifier. */
async function exchange(lab: Lab, { changeVerifier }: { changeVerifier: boolean }) {
  const consent = lab.need(lab.session.target.consent, 'a person who signs in and allows it');
  const { url, redirectUri, verifier } = authorization(lab, { withPkce: true });
  const code = (await consent(url)).searchParams.get('code') ?? '';
  const code_verifier = changeVerifier ? randomBytes(32).toString('base64url') : verifier;
  return lab.session.tokens.request({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier,
  });
}

export const consentChecks: CheckGroup = {
  title: 'Identity: consent',
  checks: [
    must({
      id: 'consent.pkce',
      fact: 'C',
      says: 'An authorization by code with PKCE S256 leads to pages to sign in.',
      expected: 'pages to sign in',
      see: (lab) => firstStep(lab, authorization(lab, { withPkce: true })),
    }),
    observe({
      id: 'consent.pkce-required',
      says: 'Is an authorization without PKCE refused?',
      guess: 'invalid_request',
      see: (lab) => firstStep(lab, authorization(lab, { withPkce: false })),
    }),
    must({
      id: 'consent.code',
      fact: 'D',
      says: 'A code becomes tokens for an hour, and with offline_access one of them refreshes.',
      expected: '200 for 3600 s, with a refresh token',
      see: async (lab) => {
        const answer = await exchange(lab, { changeVerifier: false });
        const { expires_in, refresh_token } = objectOf(answer.body);
        const refreshing = refresh_token === undefined ? 'without' : 'with';
        return `${outcome(answer)} for ${String(expires_in)} s, ${refreshing} a refresh token`;
      },
    }),
    must({
      id: 'consent.verifier',
      fact: 'C',
      says: 'A code with another verifier than that of its challenge gives nothing.',
      expected: '400 invalid_grant',
      see: async (lab) => outcome(await exchange(lab, { changeVerifier: true })),
    }),
  ],
};

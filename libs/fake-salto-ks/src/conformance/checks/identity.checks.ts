import { decodeJwt, decodeProtectedHeader } from 'jose';
import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import type { Answer } from '../salto-client.ts';
import { fieldsOf, objectOf, outcome } from '../seen.ts';
import { apiScope, basicAuthorization, offlineScope } from '../tokens.ts';

const grants = ['password', 'client_credentials', 'authorization_code', 'refresh_token'];
const scopes = [apiScope, 'core_api.full', 'core_api.standard', 'hardware_api'];

async function discovery({ session: { client, target } }: Lab) {
  return objectOf((await client.send(`${target.identityUrl}/.well-known/openid-configuration`)).body);
}

/** Those of these values that a list of the discovery document names. */
function named(list: unknown, values: readonly string[]): string {
  return values.filter((value) => Array.isArray(list) && list.includes(value)).join(', ');
}

/** A refresh token of the check's own, which it may spend. */
async function ownRefreshToken({ session: { tokens } }: Lab): Promise<string> {
  const refreshToken = refreshTokenOf(await tokens.byPassword(offlineScope));
  if (refreshToken === undefined) throw new Error('signing in gave no refresh token');
  return refreshToken;
}

function refreshTokenOf({ body }: Answer): string | undefined {
  const { refresh_token } = objectOf(body);
  return typeof refresh_token === 'string' ? refresh_token : undefined;
}

const refresh = ({ session: { tokens } }: Lab, refresh_token: string) =>
  tokens.request({ grant_type: 'refresh_token', refresh_token });

export const identityChecks: CheckGroup = {
  title: 'Identity: tokens',
  checks: [
    must({
      id: 'identity.discovery.grants',
      fact: 'M',
      says: 'Discovery lists four grants.',
      expected: grants.join(', '),
      see: async (lab) => named((await discovery(lab)).grant_types_supported, grants),
    }),
    must({
      id: 'identity.discovery.scopes',
      fact: 'M',
      says: 'Discovery lists the scope of the Connect API, and those of other APIs.',
      expected: scopes.join(', '),
      see: async (lab) => named((await discovery(lab)).scopes_supported, scopes),
    }),
    must({
      id: 'identity.discovery.token-endpoint',
      fact: 'D',
      says: 'Tokens are given at /connect/token.',
      expected: '/connect/token',
      see: async (lab) => new URL(String((await discovery(lab)).token_endpoint)).pathname,
    }),
    must({
      id: 'identity.password',
      fact: 'D',
      says: 'The password grant, with the client by HTTP Basic, gives a bearer token for an hour.',
      expected: '200, Bearer for 3600 s',
      see: async ({ session: { tokens } }) => {
        const answer = await tokens.byPassword(apiScope);
        const { token_type, expires_in } = objectOf(answer.body);
        return `${outcome(answer)}, ${String(token_type)} for ${String(expires_in)} s`;
      },
    }),
    must({
      id: 'identity.access-token',
      fact: 'M',
      says: 'An access token is a JWT, signed by RS256, for the audience user_api.',
      expected: 'RS256 for user_api',
      see: async ({ session: { tokens } }) => {
        const token = await tokens.access();
        return `${decodeProtectedHeader(token).alg} for ${[decodeJwt(token).aud].flat().join(', ')}`;
      },
    }),
    must({
      id: 'identity.offline-access',
      fact: 'D',
      says: 'A refresh token is given only with the scope offline_access.',
      expected: 'with it: refresh_token; without: none of these fields',
      see: async ({ session: { tokens } }) => {
        const withIt = fieldsOf((await tokens.byPassword(offlineScope)).body, ['refresh_token']);
        return `with it: ${withIt}; without: ${fieldsOf((await tokens.byPassword(apiScope)).body, ['refresh_token'])}`;
      },
    }),
    must({
      id: 'identity.invalid-client',
      fact: 'C',
      says: 'A wrong client secret is invalid_client.',
      expected: ['400 invalid_client', '401 invalid_client'],
      see: async ({ session: { tokens, target } }) => {
        const wrong = { id: target.client.id, secret: 'not the secret' };
        return outcome(await tokens.request({ grant_type: 'refresh_token', refresh_token: 'none' }, wrong));
      },
    }),
    must({
      id: 'identity.invalid-grant',
      fact: 'C',
      says: 'An unknown refresh token is invalid_grant.',
      expected: '400 invalid_grant',
      see: async (lab) => outcome(await refresh(lab, 'not a token')),
    }),
    must({
      id: 'identity.invalid-scope',
      fact: 'M',
      says: 'A Connect client that asks for a scope of the Core API is refused with invalid_scope.',
      expected: '400 invalid_scope',
      see: async ({ session: { tokens } }) => outcome(await tokens.byPassword('core_api.full')),
    }),
    must({
      id: 'identity.refresh',
      fact: 'D',
      says: 'A refresh token is exchanged for an access token of an hour.',
      expected: '200 for 3600 s',
      see: async ({ session: { tokens } }) => {
        const { answer } = await tokens.renew();
        return `${outcome(answer)} for ${String(objectOf(answer.body).expires_in)} s`;
      },
    }),
    observe({
      id: 'identity.refresh.rotation',
      says: 'Does a refresh give another refresh token?',
      guess: 'another one',
      see: async ({ session: { tokens } }) => ((await tokens.renew()).isReplaced ? 'another one' : 'the same one'),
    }),
    observe({
      id: 'identity.refresh.reuse',
      says: 'Is a refresh token good for a second refresh?',
      guess: '400 invalid_grant',
      see: async (lab) => {
        const refreshToken = await ownRefreshToken(lab);
        await refresh(lab, refreshToken);
        return outcome(await refresh(lab, refreshToken));
      },
    }),
    observe({
      id: 'identity.refresh.reuse-spares-newest',
      says: 'Is the newest refresh token still good after a spent one was used again?',
      guess: '200',
      see: async (lab) => {
        const first = await ownRefreshToken(lab);
        const second = refreshTokenOf(await refresh(lab, first));
        await refresh(lab, first);
        return outcome(await refresh(lab, second ?? first));
      },
    }),
    observe({
      id: 'identity.revocation',
      says: 'Does revoking a refresh token end it?',
      guess: '200, then 400 invalid_grant',
      see: async (lab) => {
        const { client, target } = lab.session;
        const token = await ownRefreshToken(lab);
        const { revocation_endpoint } = await discovery(lab);
        const url = lab.need(
          typeof revocation_endpoint === 'string' ? revocation_endpoint : undefined,
          'such an endpoint',
        );
        const headers = { authorization: basicAuthorization(target.client) };
        const body = new URLSearchParams({ token, token_type_hint: 'refresh_token' });
        const revoked = await client.send(url, { method: 'POST', headers, body });
        return `${outcome(revoked)}, then ${outcome(await refresh(lab, token))}`;
      },
    }),
  ],
};

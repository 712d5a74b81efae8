import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import { Provider, errors, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Account } from '../state/accounts.ts';
import { API_RESOURCE, apiResourceServer } from './api-resource.ts';
import { page } from './pages/page.ts';
import { allowPasswordGrant } from './password-grant.ts';
import { ProviderStore, type StoreParts } from './provider-store.ts';
import { isRedirectAllowed } from './redirect-address.ts';
import { foreignScopes, grantedScopes, refusedScope, scopeOf } from './scopes.ts';

const TEN_YEARS_SECONDS = 10 * 365 * 86_400;
const CODE_SECONDS = 5 * 60;
const SIGN_IN_SECONDS = 3600;

export interface ProviderParts extends StoreParts {
  issuer: string;
  privateJwk: JWK;
}

/** Salto's identity server by oidc-provider: its paths, its scopes, RS256 access tokens for `user_api`. */
export function createProvider(parts: ProviderParts): Provider {
  const { state, issuer } = parts;
  const provider = new Provider(issuer, configuration(parts));
  provider.Client.prototype.redirectUriAllowed = function redirectUriAllowed(redirectUri: string) {
    const client = state.clients.get(this.clientId);
    return client !== undefined && isRedirectAllowed(client, redirectUri);
  };
  allowPasswordGrant(provider, state);
  return provider;
}

function configuration(parts: ProviderParts): Configuration {
  const { state, privateJwk } = parts;
  const off = { enabled: false };
  return {
    adapter: (model) => new ProviderStore(model, parts),
    jwks: { keys: [{ ...privateJwk, kid: 'fake-salto-ks', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [createHash('sha256').update(String(privateJwk.d)).digest('base64url')] },
    routes: {
      authorization: '/connect/authorize',
      token: '/connect/token',
      revocation: '/connect/revocation',
      jwks: '/.well-known/openid-configuration/jwks',
    },
    scopes: [...grantedScopes, ...foreignScopes],
    claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name'], email: ['email'] },
    conformIdTokenClaims: false, // there is no userinfo endpoint: name and e-mail are in the ID token
    responseTypes: ['code'],
    pkce: { required: () => true },
    findAccount: (_context, id) => signedIn(state.accounts.get(id)),
    interactions: {
      url: (_context, { prompt, uid }) => `${prompt.name === 'login' ? '/account/login' : '/consent'}/${uid}`,
    },
    rotateRefreshToken: () => state.settings.refresh_token_rotation,
    renderError: (context, { error, error_description }) => {
      context.type = 'html';
      context.body = page('This does not work', [error, error_description]);
    },
    formats: { customizers: { jwt: (_context, _token, { payload }) => asSaltoSays(payload, parts) } },
    ttl: {
      AccessToken: () => state.settings.token_lifetime_seconds,
      AuthorizationCode: CODE_SECONDS,
      Grant: TEN_YEARS_SECONDS,
      IdToken: () => state.settings.token_lifetime_seconds,
      Interaction: SIGN_IN_SECONDS,
      RefreshToken: () => state.settings.refresh_token_lifetime_seconds,
      Session: SIGN_IN_SECONDS,
    },
    features: {
      devInteractions: off,
      userinfo: off,
      dPoP: off,
      pushedAuthorizationRequests: off,
      rpInitiatedLogout: off,
      clientCredentials: { enabled: true }, // in Salto's discovery; no client here may
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API_RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (context) => {
          requireScopes(context);
          return apiResourceServer;
        },
      },
    },
  };
}

/** oidc-provider would leave out what it does not know; Salto refuses it (measured for `core_api.full`). */
function requireScopes({ oidc }: KoaContextWithOIDC): void {
  const refused = refusedScope(scopeOf(oidc.params));
  if (refused !== undefined) throw new errors.InvalidScope('Invalid scope', refused);
}

function signedIn(account: Account | undefined) {
  if (!account) return undefined;
  const { id, email, first_name, last_name } = account;
  const name = { name: `${first_name} ${last_name}`.trim(), given_name: first_name, family_name: last_name };
  return { accountId: id, claims: () => ({ sub: id, ...name, ...(email !== null && { email }) }) };
}

/** By the fake's clock, and with scopes as a list. */
function asSaltoSays(payload: Record<string, unknown>, { state, now }: ProviderParts): void {
  const issuedAt = Math.floor(now() / 1000);
  payload.iat = issuedAt;
  payload.exp = issuedAt + state.settings.token_lifetime_seconds;
  payload.scope = scopeOf(payload).split(' ');
}

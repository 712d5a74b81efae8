import { type Account, type ClientMetadata, Provider } from 'oidc-provider';
import { apiAudience } from './audience.ts';
import { appClients, scriptClient, serviceClients } from './demo-clients.ts';
import { demoPeople } from './demo-people.ts';
import type { IdentityKeys } from './keys.ts';
import { allowPasswordGrant } from './password-grant.ts';

const hourSeconds = 60 * 60;

/** An OpenID provider whose people are the demo's. Access tokens are JWTs for the product's APIs. */
export function createProvider(issuer: string, keys: IdentityKeys): Provider {
  const provider = new Provider(issuer, {
    jwks: keys.jwks,
    cookies: { keys: [...keys.cookieKeys] },
    clients: clients(),
    findAccount: (_ctx, sub) => findAccount(sub),
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    conformIdTokenClaims: false, // names and e-mails in the ID token too: the apps show who signed in
    clientBasedCORS: (_ctx, origin) => ['127.0.0.1', 'localhost'].includes(new URL(origin).hostname),
    interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
    ttl: {
      AccessToken: hourSeconds,
      ClientCredentials: hourSeconds,
      Grant: 24 * hourSeconds,
      IdToken: hourSeconds,
      Interaction: hourSeconds,
      RefreshToken: 24 * hourSeconds,
      Session: 24 * hourSeconds,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => apiAudience,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, _resource, client) => ({
          scope: (serviceClient(client.clientId)?.scopes ?? []).join(' '),
          audience: apiAudience,
          accessTokenFormat: 'jwt',
        }),
      },
    },
    extraTokenClaims: (_ctx, token) =>
      'accountId' in token ? emailClaims(token.accountId) : { locations: serviceClient(token.clientId)?.locations },
  });
  allowPasswordGrant(provider);
  return provider;
}

function clients(): ClientMetadata[] {
  // `native` is the application type that OAuth allows any port of the loopback interface (RFC 8252 §7.3).
  const redirects = ['127.0.0.1', 'localhost'].map((host) => `http://${host}/signed-in`);
  const apps = appClients.map((client_id): ClientMetadata => ({
    client_id,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: redirects,
    post_logout_redirect_uris: ['127.0.0.1', 'localhost'].map((host) => `http://${host}/`),
  }));
  const services = serviceClients.map((client): ClientMetadata => ({
    client_id: client.clientId,
    client_secret: client.clientSecret,
    token_endpoint_auth_method: client.authMethod,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  }));
  const scripts: ClientMetadata = {
    client_id: scriptClient,
    token_endpoint_auth_method: 'none',
    grant_types: ['password'],
    response_types: [],
    redirect_uris: [],
  };
  return [...apps, ...services, scripts];
}

function serviceClient(clientId: string | undefined) {
  return serviceClients.find((client) => client.clientId === clientId);
}

function findAccount(sub: string): Account | undefined {
  const person = demoPeople.find((candidate) => candidate.sub === sub);
  if (!person) return undefined;
  return { accountId: sub, claims: () => ({ sub, name: person.name, ...emailClaims(sub) }) };
}

function emailClaims(sub: string): { email: string; email_verified: true } | undefined {
  const person = demoPeople.find((candidate) => candidate.sub === sub);
  return person && { email: person.email, email_verified: true };
}

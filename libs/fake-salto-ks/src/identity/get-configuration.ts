import { json } from '../http/answer.ts';
import { oauthRoute } from './oauth-route.ts';
import { grantedScopes } from './scopes.ts';

/** OpenID Connect discovery, with what Salto's document says as far as this fake does it. */
export const getConfiguration = oauthRoute({
  method: 'GET',
  path: '/.well-known/openid-configuration',
  handle: ({ world }) => {
    const issuer = world.url();
    return json(200, {
      issuer,
      authorization_endpoint: `${issuer}/connect/authorize`,
      token_endpoint: `${issuer}/connect/token`,
      revocation_endpoint: `${issuer}/connect/revocation`,
      jwks_uri: `${issuer}/.well-known/openid-configuration/jwks`,
      scopes_supported: grantedScopes,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'password'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      code_challenge_methods_supported: ['S256'],
    });
  },
});

import { apiScope } from './scopes.ts';

export const API_AUDIENCE = 'user_api';

/** What oidc-provider calls the API; tokens say `user_api`. */
export const API_RESOURCE = 'urn:salto-ks:user_api';

/** How tokens for the API look. */
export const apiResourceServer = { scope: apiScope, audience: API_AUDIENCE, accessTokenFormat: 'jwt' } as const;

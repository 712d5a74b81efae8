import { json } from '../http/answer.ts';
import { oauthRoute } from './oauth-route.ts';

export const getJwks = oauthRoute({
  method: 'GET',
  path: '/.well-known/openid-configuration/jwks',
  handle: ({ world }) => json(200, { keys: [world.identity.publicJwk] }),
});

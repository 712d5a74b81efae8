import { json } from '../http/answer.ts';
import { controlRoute } from './control-route.ts';

/** Ends the refresh tokens of `?account=`, or all: consent withdrawn, or Salto's own reasons. Answers how many. */
export const revokeRefreshTokens = controlRoute({
  method: 'DELETE',
  path: '/_fake/refresh-tokens',
  handle: ({ world, query }) => {
    const revoked = world.state.refreshTokens.revoke(query.get('account') ?? undefined);
    return json(200, { revoked });
  },
});

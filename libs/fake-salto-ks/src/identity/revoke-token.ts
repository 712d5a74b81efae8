import { json } from '../http/answer.ts';
import { authenticateClient } from './client-auth.ts';
import { oauthRoute } from './oauth-route.ts';

/** RFC 7009: a refresh token ends; an unknown one is fine. Access tokens run out by themselves. */
export const revokeToken = oauthRoute({
  method: 'POST',
  path: '/connect/revocation',
  handle: (incoming) => {
    const form = new URLSearchParams(incoming.text);
    const client = authenticateClient(incoming, form);
    const { refreshTokens } = incoming.world.state;
    const token = refreshTokens.get(form.get('token') ?? '');
    if (token?.client_id === client.id) refreshTokens.delete(token.id);
    return json(200, {});
  },
});

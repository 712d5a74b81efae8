import type { Answer } from '../http/answer.ts';
import { oauthRefusal } from '../http/errors.ts';
import type { World } from '../world.ts';
import type { Client } from '../state/clients.ts';
import { authenticateClient } from './client-auth.ts';
import { codeGrant } from './code-grant.ts';
import { oauthRoute } from './oauth-route.ts';
import { passwordGrant } from './password-grant.ts';
import { refreshGrant } from './refresh-grant.ts';

type Grant = (world: World, client: Client, form: URLSearchParams) => Answer | Promise<Answer>;

const grants: Record<string, Grant> = {
  authorization_code: codeGrant,
  refresh_token: refreshGrant,
  password: passwordGrant,
};

/** The token endpoint. */
export const exchangeToken = oauthRoute({
  method: 'POST',
  path: '/connect/token',
  handle: (incoming) => {
    const form = new URLSearchParams(incoming.text);
    const client = authenticateClient(incoming, form);
    const grant = grants[form.get('grant_type') ?? ''];
    if (!grant) throw oauthRefusal('unsupported_grant_type', 'unsupported_grant_type');
    return grant(incoming.world, client, form);
  },
});

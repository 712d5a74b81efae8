import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import type { State } from '../state/state.ts';
import { API_RESOURCE, apiResourceServer } from './api-resource.ts';
import { grantScopes } from './grant-scopes.ts';
import { apiScope, refusedScope, scopeOf } from './scopes.ts';

/** Signs in with e-mail and password ("only meant for demo purposes", says Salto; most public clients use it). */
export function allowPasswordGrant(provider: Provider, state: State): void {
  const answer = (context: KoaContextWithOIDC) => signIn(provider, state, context);
  provider.registerGrantType('password', answer, ['username', 'password', 'scope']);
}

async function signIn(provider: Provider, state: State, context: KoaContextWithOIDC): Promise<void> {
  const { client, params } = context.oidc;
  const account = state.accounts.signIn(String(params?.username), String(params?.password));
  if (!client || !account) throw new errors.InvalidGrant('invalid_username_or_password');
  const scope = scopeOf(params, apiScope);
  const refused = refusedScope(scope);
  if (refused !== undefined) throw new errors.InvalidScope('Invalid scope', refused);

  const grantId = await grantScopes(provider, { clientId: client.clientId, accountId: account.id, scope });
  const granted = { accountId: account.id, client, gty: 'password', grantId };
  const isForApi = scope.split(' ').includes(apiScope);
  const token = new provider.AccessToken({ ...granted, scope: isForApi ? apiScope : '' });
  token.resourceServer = new provider.ResourceServer(API_RESOURCE, apiResourceServer);
  const isOffline = scope.split(' ').includes('offline_access');
  const refreshToken = isOffline
    ? await new provider.RefreshToken({ ...granted, scope, resource: API_RESOURCE, rotations: 0 }).save()
    : undefined;
  context.body = {
    access_token: await token.save(),
    expires_in: token.expiration,
    token_type: 'Bearer',
    scope,
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  };
}

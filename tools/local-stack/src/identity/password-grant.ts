import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { apiAudience } from './audience.ts';
import { findDemoPerson } from './demo-people.ts';

/**
 * Lets scripts sign a demo person in with one POST. OAuth 2.1 dropped this grant because a program that takes other
 * people's passwords is a trap; here the passwords are printed.
 */
export function allowPasswordGrant(provider: Provider): void {
  provider.registerGrantType('password', (ctx) => answer(provider, ctx), ['username', 'password', 'scope']);
}

async function answer(provider: Provider, ctx: KoaContextWithOIDC): Promise<void> {
  const { client, params } = ctx.oidc;
  const person = findDemoPerson(String(params?.['username']), String(params?.['password']));
  if (!client || !person) throw new errors.InvalidGrant('There is no demo person with this name and password');
  const token = new provider.AccessToken({
    accountId: person.sub,
    client,
    gty: 'password',
    grantId: '', // no grant is remembered: the token cannot be refreshed
    scope: '',
  });
  token.resourceServer = new provider.ResourceServer(apiAudience, {
    scope: '',
    audience: apiAudience,
    accessTokenFormat: 'jwt',
  });
  ctx.body = {
    access_token: await token.save(),
    expires_in: token.expiration,
    token_type: token.tokenType,
  };
}

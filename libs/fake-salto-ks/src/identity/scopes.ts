/** What a Connect client may ask for, and how the consent page says it. */
const texts: Record<string, string> = {
  'user_api.full_access':
    'see and change everything that you may in Salto KS: people, access groups, locks and entries',
  openid: 'know which Salto account is yours',
  profile: 'see your name',
  email: 'see your e-mail address',
  offline_access: 'do so while you are away, until you withdraw your consent',
};

export const grantedScopes = Object.keys(texts);

/** Scopes of Salto's other APIs: discovery lists them, and a Connect client is refused them (measured). */
export const foreignScopes = ['core_api.full', 'core_api.standard', 'hardware_api'];

/** The scope of the API; the others are OpenID Connect's. */
export const apiScope = 'user_api.full_access';

/** The scope parameter of a request, which may be missing. */
export const scopeOf = (params: Partial<Record<string, unknown>> | undefined, otherwise = ''): string =>
  typeof params?.scope === 'string' ? params.scope : otherwise;

/** The first scope of a request that a Connect client may not have. An empty request has none. */
export function refusedScope(scope: string): string | undefined {
  return scope.split(' ').find((one) => one !== '' && !grantedScopes.includes(one));
}

/** What a client with these scopes may do, a sentence each. */
export function scopeTexts(scope: string): string[] {
  return scope.split(' ').flatMap((one) => texts[one] ?? []);
}

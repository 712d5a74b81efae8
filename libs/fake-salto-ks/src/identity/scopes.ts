import { oauthRefusal } from '../http/errors.ts';

/** What a Connect client may ask for. Salto's Core and Hardware scopes are refused to it (measured). */
export const grantedScopes = ['user_api.full_access', 'openid', 'profile', 'email', 'offline_access'];

/** Checks a requested scope; throws `invalid_scope`. */
export function requireScope(scope: string): string {
  const asked = scope.split(' ').filter(Boolean);
  if (asked.length === 0 || asked.some((one) => !grantedScopes.includes(one))) {
    throw oauthRefusal('invalid_scope', `Invalid scope: ${scope}`);
  }
  return asked.join(' ');
}

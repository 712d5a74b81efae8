import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';

/** Above these a user may administer the site: linking one would let us remove an administrator. */
export const LINKABLE_ROLES = new Set(['site_user', 'site_guest']);

/** The one role that users get whom we create. */
export const ROLE_OF_MEMBERS = 'site_user';

/** @throws SaltoKsError `not_yet_propagated` while the user shows none, as new ones do: nobody can tell whose it is */
export function rolesOf({ roles }: SiteUserAnswer): SiteUserAnswer['roles'] {
  if (roles.length > 0) return roles;
  throw new SaltoKsError('the user has no roles yet', { code: 'not_yet_propagated', retry: 'soon' });
}

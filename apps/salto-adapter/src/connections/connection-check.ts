import { unprocessable } from '@latchkey/service-kit';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';

/** What an account can do at a site: work, or why not. */
export type Standing = 'connected' | 'insufficient_permissions' | 'site_subscription_expired';

/** Reads the account's own roles and the site's subscription. @throws SaltoKsError when Salto does not tell */
export async function standingAt(site: SaltoKsSite): Promise<Standing> {
  if (!(await isAdministratorOf(site))) return 'insufficient_permissions';
  const { subscription_valid: isSubscribed = true } = await site.site();
  return isSubscribed ? 'connected' : 'site_subscription_expired';
}

/** @throws SaltoKsError when Salto does not tell */
export async function isAdministratorOf(site: SaltoKsSite): Promise<boolean> {
  try {
    const { roles } = await site.me();
    return roles.some(({ code }) => code === 'site_admin');
  } catch (error) {
    // Salto shows a site to its users alone.
    if (error instanceof SaltoKsError && (error.status === 403 || error.status === 404)) return false;
    throw error;
  }
}

/**
 * A location is connected to a site that the consenting account administers (S1.1), and that has a running subscription.
 * @throws Problem 422 `site_not_administered`, `site_subscription_expired`; SaltoKsError
 */
export async function requireGoodStanding(site: SaltoKsSite): Promise<void> {
  switch (await standingAt(site)) {
    case 'connected':
      return;
    case 'insufficient_permissions':
      throw unprocessable(
        'site_not_administered',
        'The Salto account does not administer this site.',
        'Choose a site that it administers, or sign in to Salto with another account.',
      );
    case 'site_subscription_expired':
      throw unprocessable(
        'site_subscription_expired',
        "The site's Salto KS subscription has ended: its locks do not open and no access can be changed.",
        'Renew the subscription with Salto, then connect again.',
      );
  }
}

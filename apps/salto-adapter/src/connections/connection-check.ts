import { unprocessable } from '@latchkey/service-kit';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';

/**
 * A location is connected to a site that the consenting account administers (S1.1), and that has a running subscription.
 * @throws Problem 422 `site_not_administered`, `site_subscription_expired`
 */
export async function requireAdministeredSite(site: SaltoKsSite): Promise<void> {
  const { roles, isSubscribed } = await readSite(site);
  if (!roles.includes('site_admin')) throw notAdministered();
  if (!isSubscribed) {
    throw unprocessable(
      'site_subscription_expired',
      "The site's Salto KS subscription has ended: its locks do not open and no access can be changed.",
      'Renew the subscription with Salto, then connect again.',
    );
  }
}

async function readSite(site: SaltoKsSite): Promise<{ roles: string[]; isSubscribed: boolean }> {
  try {
    const me = await site.me();
    const { subscription_valid: isSubscribed = true } = await site.site();
    return { roles: me.roles.map(({ code }) => code), isSubscribed };
  } catch (error) {
    if (error instanceof SaltoKsError && (error.status === 403 || error.status === 404)) throw notAdministered();
    throw error;
  }
}

function notAdministered() {
  return unprocessable(
    'site_not_administered',
    'The Salto account does not administer this site.',
    'Choose a site that it administers, or sign in to Salto with another account.',
  );
}

import { guessed } from '../../http/errors.ts';
import type { SiteCall } from '../api-route.ts';

/**
 * A site whose subscription has ended opens nothing and allows no change of access (documented). The error is a guess,
 * and that this is about users, seats and PINs too.
 */
export function requireSubscription({ site }: SiteCall<unknown>): void {
  if (!site.subscription_valid) throw guessed.siteUnsubscribed();
}

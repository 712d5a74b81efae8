import { guessed } from '../../http/errors.ts';
import type { SiteCall } from '../api-route.ts';

/** A site whose subscription has ended allows no change of access (documented); the error is a guess. */
export function requireSubscription({ site }: SiteCall<unknown>): void {
  if (!site.subscription_valid) throw guessed.siteUnsubscribed();
}

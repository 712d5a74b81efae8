import { guessed } from '../../http/errors.ts';
import type { Iq } from '../../state/iqs.ts';
import type { Site } from '../../state/sites.ts';
import type { SiteCall } from '../api-route.ts';

export const iqFields = ['id', 'customer_reference', 'online', 'state', 'otp_enabled'];

/**
 * An IQ as Salto shows it. `data_sync_state` reads `not_synced` also when everything works (measured). It is unsubscribed
 * with its site (documented); that `state` says so, in this word, is a guess.
 */
export function iqView({ id, customer_reference, online, otp_enabled }: Iq, { subscription_valid }: Site) {
  const reached = online ? 'online' : 'offline';
  const state = subscription_valid ? reached : 'unsubscribed';
  return { id, customer_reference, online, state, otp_enabled, data_sync_state: 'not_synced' };
}

/** The IQ of the path's `:iq` on the call's site. */
export function findIq({ state, site, param }: SiteCall<unknown>): Iq {
  const iq = state.iqs.get(param('iq'));
  if (iq?.site_id !== site.id) throw guessed.notFound('Iq');
  return iq;
}

import type { Site } from '../../state/sites.ts';
import type { State } from '../../state/state.ts';

/** A site as Salto shows it: `subscribed_user_amount` are the seats, `active_user_amount` those taken (measured). */
export function siteView(state: State, site: Site) {
  return {
    id: site.id,
    site_uid: site.site_uid,
    customer_reference: site.customer_reference,
    time_zone: site.time_zone,
    active_user_amount: state.siteUsers.seatsTaken(site.id),
    subscribed_user_amount: site.user_amount,
    subscription_valid: site.subscription_valid,
    active_iq_amount: state.iqs.all().filter(({ site_id, online }) => site_id === site.id && online).length,
    pin_enabled: site.pin_enabled,
    installation_state: site.installation_state,
    store_events_ttl: '90.00:00:00',
    mkey_compatible: site.mkey_compatible,
  };
}

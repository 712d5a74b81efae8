import { randomUUID } from 'node:crypto';
import type { Account } from '../../state/accounts.ts';
import type { SiteUser } from '../../state/site-users.ts';
import type { SiteCall } from '../api-route.ts';

type Chosen = Pick<SiteUser, 'alias' | 'role_codes'> &
  Partial<Pick<SiteUser, 'use_pin' | 'tag_id' | 'remote_access' | 'blocked' | 'expires_at'>>;

/**
 * Makes an account a user of the call's site. Silently suspended when no seat is left (measured). Calls do not overlap,
 * so of two that want the last seat one gets it.
 */
export function addSiteUser({ state, site, now }: SiteCall<unknown>, account: Account, chosen: Chosen): SiteUser {
  const isFull = state.siteUsers.seatsTaken(site.id) >= site.user_amount;
  return state.siteUsers.put({
    id: randomUUID(),
    site_id: site.id,
    user_id: account.id,
    subscription_state: isFull ? 'suspended' : 'subscribed',
    use_pin: false,
    pin: null,
    tag_id: null,
    remote_access: false,
    blocked: false,
    expires_at: null,
    created_at: now,
    deleted_at: null,
    ...chosen,
  });
}

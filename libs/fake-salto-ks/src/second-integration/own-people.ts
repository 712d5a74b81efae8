import { siteUserDefaults, type SiteUser } from '../state/site-users.ts';
import type { State } from '../state/state.ts';
import { uuidFrom } from '../state/uuid-from.ts';

const names = ['Olga Other', 'Otto Other', 'Odile Other', 'Omar Other', 'Oona Other'];

/** The second integration's own people on a site, made users of it when first wanted. */
export function ownPerson(state: State, siteId: string, which: number, now: number): SiteUser {
  const name = names[which % names.length] ?? '';
  const [first_name = '', last_name = ''] = name.split(' ');
  const userId = uuidFrom(`second integration ${name}`);
  const email = `${first_name}@other.example`.toLowerCase();
  if (!state.accounts.get(userId)) state.accounts.put({ id: userId, email, first_name, last_name, password: null });
  const known = state.siteUsers.ofAccount(siteId, userId);
  if (known) return known;
  const seats = state.sites.get(siteId)?.user_amount ?? 0;
  return state.siteUsers.put({
    ...siteUserDefaults,
    id: uuidFrom(`second integration ${name} ${siteId} ${now}`),
    site_id: siteId,
    user_id: userId,
    alias: name,
    role_codes: ['site_user'],
    subscription_state: state.siteUsers.seatsTaken(siteId) < seats ? 'subscribed' : 'suspended',
    use_pin: false,
    remote_access: false,
    blocked: false,
    expires_at: null,
    created_at: now,
    deleted_at: null,
  });
}

/** Whether a person (platform id) is one of them, on whatever site. */
export function isOwnPerson(userId: string): boolean {
  return ownIds.has(userId);
}

const ownIds = new Set(names.map((name) => uuidFrom(`second integration ${name}`)));

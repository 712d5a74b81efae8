import type { SiteUser } from '../../state/site-users.ts';
import type { State } from '../../state/state.ts';

/** What `$filter` and `$orderby` may name of a user. */
export const userFields = ['id', 'user', 'alias', 'subscription_state', 'blocked', 'expires_at'];

/** A site user as Salto shows it, with both ids. One that has not spread yet has no roles (measured). */
export function userView(state: State, user: SiteUser, now: number) {
  const account = state.accounts.get(user.user_id);
  const roles = state.sites.get(user.site_id)?.roles ?? [];
  return {
    id: user.id,
    user: {
      id: user.user_id,
      email: account?.email ?? null,
      first_name: account?.first_name ?? '',
      last_name: account?.last_name ?? '',
    },
    roles: hasSpread(state, user, now) ? roles.filter(({ code }) => user.role_codes.includes(code)) : [],
    alias: user.alias,
    subscription_state: user.subscription_state,
    use_pin: user.use_pin,
    remote_access: user.remote_access,
    blocked: user.blocked,
    expires_at: user.expires_at,
  };
}

/** Whether a new user can be used yet. */
export function hasSpread(state: State, user: SiteUser, now: number): boolean {
  return now >= user.created_at + state.settings.user_spread_seconds * 1000;
}

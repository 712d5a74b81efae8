import type { Pin } from './pins.ts';
import type { RoleCode } from './sites.ts';
import { Table } from './table.ts';

/** An account's presence on one site, the *site user*. `/users/{id}` wants `id`, access groups want `user_id`. */
export interface SiteUser {
  id: string;
  site_id: string;
  /** The platform user (account). */
  user_id: string;
  alias: string;
  role_codes: RoleCode[];
  subscription_state: 'subscribed' | 'suspended';
  /** Whether locks take the PIN; a guest's is not taken until this is changed (measured). */
  use_pin: boolean;
  pin: Pin | null;
  tag_id: string | null;
  remote_access: boolean;
  blocked: boolean;
  /** RFC 3339 instant after which locks refuse; the seat stays taken. */
  expires_at: string | null;
  created_at: number;
  deleted_at: number | null;
}

/** What a site user is that was stored before there was more to tell. */
export const siteUserDefaults = { pin: null, tag_id: null };

/** All site users, also per site, by (site, platform id), and by the number of seats they take. */
export class SiteUsers extends Table<SiteUser> {
  readonly #bySite = new Map<string, Map<string, SiteUser>>();
  readonly #deleting = new Set<SiteUser>();

  override put(user: SiteUser): SiteUser {
    const ofSite = this.#bySite.get(user.site_id) ?? new Map<string, SiteUser>();
    this.#bySite.set(user.site_id, ofSite.set(user.user_id, user));
    if (user.deleted_at !== null) this.#deleting.add(user);
    return super.put(user);
  }

  override delete(id: string): boolean {
    const user = this.get(id);
    const ofSite = user && this.#bySite.get(user.site_id);
    // A person deleted and created again has a newer record under the same platform id: leave that one.
    if (ofSite?.get(user?.user_id ?? '')?.id === id) ofSite.delete(user?.user_id ?? '');
    return super.delete(id);
  }

  override clear(): void {
    super.clear();
    this.#bySite.clear();
    this.#deleting.clear();
  }

  /** Frees the seat at once; the user is still shown until `forgetDeleted` takes it away. */
  markDeleted(user: SiteUser, now: number): void {
    user.deleted_at = now;
    this.#deleting.add(user);
  }

  /** Takes away the users that were deleted before the instant. */
  forgetDeleted(before: number): void {
    for (const user of this.#deleting) {
      if ((user.deleted_at ?? Infinity) > before) continue;
      this.#deleting.delete(user);
      this.delete(user.id);
    }
  }

  ofSite(siteId: string): SiteUser[] {
    return [...(this.#bySite.get(siteId)?.values() ?? [])];
  }

  /** The site user of an account, unless it is being deleted. */
  ofAccount(siteId: string, userId: string): SiteUser | undefined {
    const user = this.#bySite.get(siteId)?.get(userId);
    return user?.deleted_at === null ? user : undefined;
  }

  isAdministrator(siteId: string, userId: string): boolean {
    return this.ofAccount(siteId, userId)?.role_codes.includes('site_admin') ?? false;
  }

  /** Measured: a deleted or suspended user takes no seat, an expired one does. */
  seatsTaken(siteId: string): number {
    let taken = 0;
    for (const user of this.#bySite.get(siteId)?.values() ?? []) {
      if (user.deleted_at === null && user.subscription_state === 'subscribed') taken += 1;
    }
    return taken;
  }
}

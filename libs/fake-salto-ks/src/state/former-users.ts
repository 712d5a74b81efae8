import type { SiteUser } from './site-users.ts';
import { Table } from './table.ts';

/** Somebody who was deleted, as locks know them until they hear of it. */
export interface FormerUser {
  /** Of the site user. */
  id: string;
  user: SiteUser;
  /** Epoch ms. */
  reaches_lock_at: number;
}

export class FormerUsers extends Table<FormerUser> {
  /** Those whom the locks of a site still know at `now` (epoch ms). Forgets the others. */
  atLocksOf(siteId: string, now: number): SiteUser[] {
    for (const { id, reaches_lock_at } of this.all()) if (reaches_lock_at <= now) this.delete(id);
    return this.all().flatMap(({ user }) => (user.site_id === siteId ? [user] : []));
  }
}

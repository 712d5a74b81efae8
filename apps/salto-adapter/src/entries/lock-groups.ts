import type { Queries } from '../database/queries.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { asDoorFailure, NotYetItsTurn } from '../access/failures.ts';

/** Locks seldom move between groups, and what follows from an older list is a hint for people. */
const MAX_AGE_MS = 15 * 60_000;

interface Read {
  readonly beganAt: number;
  readonly locks: Promise<ReadonlySet<string>>;
}

/** Which groups open which lock: one call for each group of somebody who was refused, at most every quarter of an hour. */
export class LockGroups {
  readonly #database: Queries;
  readonly #site: (siteId: string) => Promise<SaltoKsSite>;
  readonly #now: () => number;
  readonly #reads = new Map<string, Read>();

  constructor(
    database: Queries,
    site: (siteId: string) => Promise<SaltoKsSite>,
    now: () => number = () => performance.now(),
  ) {
    this.#database = database;
    this.#site = site;
    this.#now = now;
  }

  /**
   * Of the groups that the member is in as far as we know, or may be, those that open the lock; null when Salto does not
   * say. Whether a grant was in effect is access-service's to judge.
   */
  async withLock(siteId: string, memberId: string, lockId: string): Promise<string[] | null> {
    const rows = await this.#database.query<{ groupId: string }>(
      `SELECT group_id AS "groupId" FROM group_intent WHERE site_id = $1 AND member_id = $2 ORDER BY group_id`,
      [siteId, memberId],
    );
    try {
      const opening: string[] = [];
      for (const { groupId } of rows) if ((await this.#locksOf(siteId, groupId)).has(lockId)) opening.push(groupId);
      return opening;
    } catch (error) {
      // Who was at the door is told also while the budget has no turn for this question.
      if (!(error instanceof NotYetItsTurn)) asDoorFailure(error);
      return null;
    }
  }

  #locksOf(siteId: string, groupId: string): Promise<ReadonlySet<string>> {
    const key = `${siteId}/${groupId}`;
    const known = this.#reads.get(key);
    if (known !== undefined && this.#now() - known.beganAt <= MAX_AGE_MS) return known.locks;
    const locks = this.#read(siteId, groupId);
    const read = { beganAt: this.#now(), locks };
    this.#reads.set(key, read);
    locks.catch(() => this.#reads.get(key) === read && this.#reads.delete(key));
    return locks;
  }

  async #read(siteId: string, groupId: string): Promise<ReadonlySet<string>> {
    const site = await this.#site(siteId);
    try {
      const locks = await site.accessGroups.locks(groupId);
      return new Set(locks.map(({ id }) => id));
    } catch (error) {
      // A group that is gone opens nothing.
      if (asDoorFailure(error).code === 'group_missing') return new Set();
      throw error;
    }
  }
}

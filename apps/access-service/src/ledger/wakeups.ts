import type { Entitlement } from '@latchkey/access-domain';
import { currentTraceparent, onCommit } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';

export type WakeupSignal = 'changed' | 'cancelled';

/** Why workflows must look again: a short sentence, ids only. */
export interface WakeupCause {
  readonly signal: WakeupSignal;
  readonly cause: string;
}

/** Writes the rows that make workflows look again, in the transaction of the change itself. */
export class Wakeups {
  readonly #nudgeRelay: () => void;
  readonly #requestsPerSecond: number;

  /**
   * @param nudgeRelay called after each commit that wrote a row, so that the relay need not be waited for
   * @param requestsPerSecond a site's budget, by which herds are paced; 0: no pacing
   */
  constructor(nudgeRelay: () => void, requestsPerSecond = 0) {
    this.#nudgeRelay = nudgeRelay;
    this.#requestsPerSecond = requestsPerSecond;
  }

  async write(em: EntityManager, entitlements: readonly Entitlement[], why: WakeupCause): Promise<void> {
    if (entitlements.length === 0) return;
    await this.writeSelected(em, `SELECT * FROM unnest($4::text[], $5::uuid[]) AS affected(kind, id)`, why, [
      entitlements.map(({ kind }) => kind),
      entitlements.map(({ id }) => id),
    ]);
  }

  /**
   * One row for each entitlement that a query gives, in one statement: a setting may affect ten thousand.
   * @param affected SQL that gives (kind text, id uuid), its parameters from $4 on
   */
  async writeSelected(
    em: EntityManager,
    affected: string,
    why: WakeupCause,
    parameters: readonly unknown[],
  ): Promise<void> {
    const due = 'SELECT kind, id, statement_timestamp() AS due_at FROM affected';
    await this.#write(em, affected, due, why, parameters);
  }

  /**
   * As `writeSelected`, spread over time: each second as many people are to be looked at as the site's budget has
   * requests. Those come first who are still in after their time, then those who should be in, then the rest.
   * @param affected its only parameter, $4, is the location
   * @param sharedBy how many locations share the site's budget
   */
  async writePaced(
    em: EntityManager,
    affected: string,
    why: WakeupCause,
    { locationId, sharedBy }: { readonly locationId: string; readonly sharedBy: number },
  ): Promise<void> {
    if (this.#requestsPerSecond === 0) return this.writeSelected(em, affected, why, [locationId]);
    await this.#write(em, affected, PACED, why, [locationId, this.#requestsPerSecond / sharedBy]);
  }

  async #write(
    em: EntityManager,
    affected: string,
    due: string,
    { signal, cause }: WakeupCause,
    parameters: readonly unknown[],
  ): Promise<void> {
    // Locked in one order: two settings that affect the same entitlements must not wait for each other.
    await em.query(
      `WITH affected AS MATERIALIZED (SELECT DISTINCT kind, id FROM (${affected}) AS any_order ORDER BY kind, id),
       counted AS (
         INSERT INTO entitlement (kind, id, changed_no) SELECT kind, id, 1 FROM affected
         ON CONFLICT (kind, id) DO UPDATE SET changed_no = entitlement.changed_no + 1)
       INSERT INTO wakeup (entitlement_kind, entitlement_id, signal, cause, traceparent, due_at)
       SELECT kind, id, $1, $2, $3, due_at FROM (${due}) AS due`,
      [signal, cause, currentTraceparent() ?? null, ...parameters],
    );
    onCommit(em, this.#nudgeRelay);
  }
}

/** When whom of `affected`; $5 is the pace. An entitlement takes as long as it has people whom Salto may be asked about. */
const PACED = `
  SELECT kind, id, statement_timestamp() + (sum(people) OVER in_turn - people) / $5::float8 * interval '1 second' AS due_at
  FROM (
    SELECT kind, affected.id,
           greatest(1, count(DISTINCT member_id) FILTER (WHERE NOT is_confirmed OR phase = 'revoking' OR closes_at <= now()
             OR (granted_at IS NULL AND opens_at <= now()))) AS people,
           coalesce(min(CASE WHEN phase = 'revoking' OR closes_at <= now() THEN 0 WHEN opens_at <= now() THEN 1 END), 2)
             AS turn,
           min(grant_row.due_at) AS since
    FROM affected
    LEFT JOIN grant_row ON entitlement_kind = kind AND entitlement_id = affected.id AND phase IN ('open', 'revoking')
    LEFT JOIN pair USING (site_id, member_id)
    GROUP BY kind, affected.id
  ) AS waiting
  WINDOW in_turn AS (ORDER BY turn, since, kind, id ROWS UNBOUNDED PRECEDING)`;

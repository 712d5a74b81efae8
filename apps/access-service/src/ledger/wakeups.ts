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

  /** @param nudgeRelay called after each commit that wrote a row, so that the relay need not be waited for */
  constructor(nudgeRelay: () => void) {
    this.#nudgeRelay = nudgeRelay;
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
    { signal, cause }: WakeupCause,
    parameters: readonly unknown[],
  ): Promise<void> {
    // Locked in one order: two settings that affect the same entitlements must not wait for each other.
    await em.query(
      `WITH affected AS MATERIALIZED (SELECT DISTINCT kind, id FROM (${affected}) AS any_order ORDER BY kind, id),
       counted AS (
         INSERT INTO entitlement (kind, id, changed_no) SELECT kind, id, 1 FROM affected
         ON CONFLICT (kind, id) DO UPDATE SET changed_no = entitlement.changed_no + 1)
       INSERT INTO wakeup (entitlement_kind, entitlement_id, signal, cause, traceparent)
       SELECT kind, id, $1, $2, $3 FROM affected`,
      [signal, cause, currentTraceparent() ?? null, ...parameters],
    );
    onCommit(em, this.#nudgeRelay);
  }
}

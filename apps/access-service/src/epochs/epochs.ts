import type { Revision } from '@latchkey/access-domain';
import { logger } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';

const log = logger('epochs');

/**
 * A restored database has forgotten what it decided after the backup, while Salto has not. A new epoch puts every later
 * revision above the forgotten ones and makes all pairs unconfirmed, so that each is sent once more. Nothing is removed
 * before all facts were compared (`comparison.epoch`): whoever was given access since the backup is not known here yet.
 *
 * It is noticed in three ways: PostgreSQL says that this is another cluster, timeline or database than before
 * (`checkFingerprint`); a workflow or the adapter knows a revision that this database does not (`beginAbove`); an
 * operator says so (`begin`, the command `new-epoch`), which is needed after a snapshot of a whole volume was put back.
 */
export class Epochs {
  /** The present epoch. */
  async current(em: EntityManager): Promise<number> {
    const [row]: { epoch: number }[] = await em.query('SELECT epoch FROM installation');
    if (row === undefined) throw new Error('the table installation is empty: run the migrations');
    return row.epoch;
  }

  /** Begins a new epoch if the database is not the one that it was when this was last called. For a start, and a sweep. */
  async checkFingerprint(em: EntityManager): Promise<void> {
    const [row]: { known: string | null; present: string }[] = await em.query(
      `SELECT installation.fingerprint AS known,
              concat_ws('/', (SELECT system_identifier FROM pg_control_system()),
                             (SELECT timeline_id FROM pg_control_checkpoint()),
                             (SELECT oid FROM pg_database WHERE datname = current_database())) AS present
       FROM installation FOR UPDATE OF installation`,
    );
    if (row === undefined || row.known === row.present) return;
    await em.query('UPDATE installation SET fingerprint = $1', [row.present]);
    if (row.known !== null) await this.begin(em, `the database was ${row.known} and is ${row.present}`);
  }

  /**
   * Begins a new epoch because of a revision that this database has never taken, unless one has begun since then.
   * @returns the epoch from now on
   */
  async beginAbove(em: EntityManager, unknown: Revision): Promise<number> {
    const [row]: { epoch: number }[] = await em.query('SELECT epoch FROM installation FOR UPDATE');
    const epoch = row?.epoch ?? 1;
    if (unknown.epoch < epoch) return epoch;
    return this.begin(em, `revision ${unknown.epoch}.${unknown.n} is unknown here`, unknown.epoch);
  }

  /** Begins a new epoch, above `above`, wakes whoever answers for a pair, and makes a comparison of the facts due. */
  async begin(em: EntityManager, reason: string, above = 0): Promise<number> {
    const [[row]]: [{ epoch: number }[], number] = await em.query(
      `UPDATE installation SET epoch = greatest(epoch, $1) + 1, began_at = clock_timestamp(), reason = $2
       RETURNING epoch`,
      [above, reason],
    );
    // Whoever had begun one may be a process of the past, and what it compared was not all of this.
    await em.query('UPDATE comparison SET claimed_at = NULL');
    await em.query(
      `INSERT INTO wakeup (entitlement_kind, entitlement_id, signal, cause)
       SELECT DISTINCT caused_by_kind, caused_by_id, 'changed', 'the database was restored: ' || $1 FROM pair`,
      [reason],
    );
    log.warn({ epoch: row?.epoch, reason }, 'a new epoch began: every revision is sent once more');
    return row?.epoch ?? 1;
  }
}

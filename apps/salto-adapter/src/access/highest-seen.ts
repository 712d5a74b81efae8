import type { Revision } from '@latchkey/access-domain';
import type { PairSession } from './pair-lock.ts';

export interface SeenRevisions {
  /** The highest ever seen of the pair, this one included. */
  readonly highest: Revision;
  /** The highest that had been seen before; null for the first. */
  readonly before: Revision | null;
}

interface Row {
  epoch: string;
  n: string;
  before_epoch: string | null;
  before_n: string | null;
}

/**
 * Stores that this revision was seen. Committed before the attempt's first call to Salto, so that no older revision can
 * write after a newer one began.
 */
export async function seeRevision(session: PairSession, { epoch, n }: Revision): Promise<SeenRevisions> {
  const rows = await session.query<Row>(
    `WITH before AS (SELECT highest_epoch, highest_n FROM pair WHERE site_id = $1 AND member_id = $2)
     INSERT INTO pair AS seen (site_id, member_id, highest_epoch, highest_n) VALUES ($1, $2, $3, $4)
     ON CONFLICT (site_id, member_id) DO UPDATE SET
       highest_epoch = GREATEST(seen.highest_epoch, EXCLUDED.highest_epoch),
       highest_n = CASE
         WHEN seen.highest_epoch = EXCLUDED.highest_epoch THEN GREATEST(seen.highest_n, EXCLUDED.highest_n)
         WHEN seen.highest_epoch > EXCLUDED.highest_epoch THEN seen.highest_n
         ELSE EXCLUDED.highest_n
       END
     RETURNING highest_epoch AS epoch, highest_n AS n,
       (SELECT highest_epoch FROM before) AS before_epoch, (SELECT highest_n FROM before) AS before_n`,
    [session.pair.siteId, session.pair.memberId, epoch, n],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the pair was not stored');
  return {
    highest: { epoch: Number(row.epoch), n: Number(row.n) },
    before: row.before_epoch === null ? null : { epoch: Number(row.before_epoch), n: Number(row.before_n) },
  };
}

import type { Revision } from '@latchkey/access-domain';
import type { PairSession } from './pair-lock.ts';

/**
 * Stores that this revision was seen, and answers the highest ever seen of the pair. Committed before the attempt's
 * first call to Salto, so that no older revision can write after a newer one began.
 */
export async function seeRevision(session: PairSession, { epoch, n }: Revision): Promise<Revision> {
  const rows = await session.query<{ epoch: string; n: string }>(
    `INSERT INTO pair AS seen (site_id, member_id, highest_epoch, highest_n) VALUES ($1, $2, $3, $4)
     ON CONFLICT (site_id, member_id) DO UPDATE SET
       highest_epoch = GREATEST(seen.highest_epoch, EXCLUDED.highest_epoch),
       highest_n = CASE
         WHEN seen.highest_epoch = EXCLUDED.highest_epoch THEN GREATEST(seen.highest_n, EXCLUDED.highest_n)
         WHEN seen.highest_epoch > EXCLUDED.highest_epoch THEN seen.highest_n
         ELSE EXCLUDED.highest_n
       END
     RETURNING highest_epoch AS epoch, highest_n AS n`,
    [session.pair.siteId, session.pair.memberId, epoch, n],
  );
  const [highest = { epoch, n }] = rows;
  return { epoch: Number(highest.epoch), n: Number(highest.n) };
}

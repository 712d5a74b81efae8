import { AttemptError } from '../access/failures.ts';
import type { PairSession } from '../access/pair-lock.ts';
import { seatSeekers } from '../people/standing.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { readSeats } from './read-seats.ts';

/** So many seats more than are reserved cannot all be taken by preparations that run at the same time. */
const PLENTY = 100;

/**
 * Lets a seat be taken ahead only where one is left for everybody who waits for one now, and for every seat that is
 * about to be given back: the last ones are for access that is open. Where they are few the lock of the site's seats is
 * held until the session ends, so that two preparations do not both take the last.
 * @throws SaltoKsError `seat_limit_reached`; AttemptError `pair_busy` while another preparation counts
 */
export async function requireSpareSeat(session: PairSession, site: SaltoKsSite): Promise<void> {
  const reserved = await countReserved(session);
  if (reserved === 0 || (await countFree(site)) > reserved + PLENTY) return;
  await lockSeats(session);
  if ((await countFree(site)) > reserved) return;
  throw new SaltoKsError('the last seats are left to access that is open', {
    code: 'seat_limit_reached',
    retry: 'later',
  });
}

async function countFree(site: SaltoKsSite): Promise<number> {
  const { used, limit } = await readSeats(site);
  return limit - used;
}

/** Members whose access is open and who have no seat; and seats of ended access, and of access that is being removed. */
async function countReserved(session: PairSession): Promise<number> {
  const { siteId, memberId } = session.pair;
  const [row] = await session.query<{ reserved: number }>(
    `SELECT count(*)::int AS reserved FROM (
       ${seatSeekers}
       UNION SELECT member_id FROM salto_user
        WHERE site_id = $1 AND has_seat AND origin = 'created' AND idle_at <= to_timestamp($3::float8 / 1000)
          AND NOT EXISTS (SELECT FROM connection WHERE site_id = $1 AND status <> 'disconnected' AND end_policy = 'keep')
       UNION SELECT member_id FROM group_intent WHERE site_id = $1 AND outstanding = 'remove'
     ) AS seats WHERE member_id <> $2`,
    [siteId, memberId, session.now()],
  );
  return row?.reserved ?? 0;
}

async function lockSeats(session: PairSession): Promise<void> {
  const [row] = await session.query<{ isHeld: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 1)) AS "isHeld"',
    [session.pair.siteId],
  );
  if (row?.isHeld === true) return;
  throw new AttemptError('pair_busy', 'soon', "another preparation counts the site's seats");
}

import type { PairSession } from '../access/pair-lock.ts';
import { mildest, type EndPolicy } from './end-of-access.ts';

/** What decides about a user's upkeep beside the user itself, as it is recorded now. */
export interface Standing {
  readonly hasAccess: boolean;
  readonly isPersonDeleted: boolean;
  /** The gateway's newest `contactVersion`, as its events tell. */
  readonly contactVersion: number;
  readonly policy: EndPolicy;
  /** Somebody's access is open and waits for a seat at the site, or soon nobody can give one back (`hurrySeats`). */
  readonly isSeatWanted: boolean;
}

interface Row extends Omit<Standing, 'policy'> {
  readonly policies: readonly { readonly kind: EndPolicy['kind']; readonly days: number | null }[] | null;
}

/** How long ago somebody found the site full, at the most, to count as waiting: attempts come more often. */
const WAITING = `seat_wanted_at > to_timestamp($3::float8 / 1000) - interval '15 minutes'`;

/** SQL: who waits for a seat at the site $1, at the instant $3. */
export const seatSeekers = `
  SELECT member_id FROM salto_user WHERE site_id = $1 AND NOT has_seat AND deleting_at IS NULL AND ${WAITING}`;

/** SQL: every location that is still connected to the site $1 is about to leave it. */
export const isLeft = `
  SELECT coalesce(bool_and(status = 'disconnecting'), false) FROM connection
   WHERE site_id = $1 AND status <> 'disconnected'`;

export async function readStanding(session: PairSession): Promise<Standing> {
  const { siteId, memberId } = session.pair;
  const [row] = await session.query<Row>(
    `SELECT EXISTS (SELECT FROM group_intent WHERE site_id = $1 AND member_id = $2) AS "hasAccess",
            coalesce((SELECT is_deleted FROM person WHERE member_id = $2), false) AS "isPersonDeleted",
            coalesce((SELECT contact_version FROM person WHERE member_id = $2), 0) AS "contactVersion",
            (SELECT json_agg(json_build_object('kind', end_policy, 'days', end_policy_days)) FROM connection
              WHERE site_id = $1 AND status <> 'disconnected') AS policies,
            EXISTS (${seatSeekers} AND member_id <> $2) OR (${isLeft}) AS "isSeatWanted"`,
    [siteId, memberId, session.now()],
  );
  if (row === undefined) throw new Error('a query without FROM gave no row');
  const { policies, ...rest } = row;
  return { ...rest, policy: mildest((policies ?? []).map(policyOf)) };
}

export function policyOf({ kind, days }: { kind: EndPolicy['kind']; days: number | null }): EndPolicy {
  return kind === 'delete' ? { kind, days: days ?? 0 } : { kind };
}

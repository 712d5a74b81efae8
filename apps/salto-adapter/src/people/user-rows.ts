import { VERIFY_AFTER_MS } from '../access/intents.ts';
import type { PairSession } from '../access/pair-lock.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { askUpkeep, QUIET_MS } from './idleness.ts';

/** The link between a member and Salto's user at a site. Instants are epoch ms. */
export interface SaltoUser {
  /** For `/users/…`. */
  readonly siteUserId: string;
  /** For access groups; entries carry it. */
  readonly platformId: string;
  /** `created` by us, hence ours to change and delete; `linked` was there before. */
  readonly origin: 'created' | 'linked';
  readonly hasSeat: boolean;
  /** Since when we know it; of a created one, when. */
  readonly linkedAt: number;
  /** The gateway's `contactVersion` that was written last. */
  readonly contactVersion: number;
  /** When Salto last showed it fit to open doors; null when that has to be read before it is used. */
  readonly checkedAt: number | null;
  /** A change of its name or e-mail, a suspension, was sent then and has no answer: it may still take effect. */
  readonly contactUnsureAt: number | null;
  readonly seatUnsureAt: number | null;
  /** A seat was asked for then and is not known to be given. */
  readonly seatWantedAt: number | null;
  /** Since when, or from when on, the member has no access here; null while it has. */
  readonly idleAt: number | null;
  /** Its deletion has begun, and is not taken back. */
  readonly deletingAt: number | null;
}

/** What a new link is made of. */
export type NewLink = Pick<
  SaltoUser,
  'siteUserId' | 'platformId' | 'origin' | 'hasSeat' | 'linkedAt' | 'contactVersion' | 'checkedAt'
>;

/** SQL: a column's instant as epoch ms. */
export const ms = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;
/** SQL: an instant given as epoch ms. */
export const at = (placeholder: string) => `to_timestamp(${placeholder}::float8 / 1000)`;

export async function readUser(session: PairSession): Promise<SaltoUser | undefined> {
  const [row] = await session.query<SaltoUser>(
    `SELECT site_user_id AS "siteUserId", platform_id AS "platformId", origin, has_seat AS "hasSeat",
            contact_version AS "contactVersion", ${ms('linked_at')} AS "linkedAt", ${ms('checked_at')} AS "checkedAt",
            ${ms('contact_unsure_at')} AS "contactUnsureAt", ${ms('seat_unsure_at')} AS "seatUnsureAt",
            ${ms('seat_wanted_at')} AS "seatWantedAt", ${ms('idle_at')} AS "idleAt", ${ms('deleting_at')} AS "deletingAt"
       FROM salto_user WHERE site_id = $1 AND member_id = $2`,
    pairOf(session),
  );
  return row;
}

/**
 * Stores the link, and with it the end of the creation, also of the question what became of that, and of a proposal. It
 * is idle until something opens.
 * @throws SaltoKsError `email_conflict` when the user already belongs to another member
 */
export async function saveUser(session: PairSession, user: NewLink): Promise<SaltoUser> {
  const idleAt = session.now();
  const saved = await session.query(
    `WITH creation AS (DELETE FROM user_creation WHERE site_id = $1 AND member_id = $2),
          proposal AS (DELETE FROM link_proposal WHERE site_id = $1 AND member_id = $2),
          link AS (
            INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at,
                                    contact_version, checked_at, idle_at)
            VALUES ($1, $2, $3, $4, $5, $6, ${at('$7')}, $8, ${at('$9')}, ${at('$10')})
            ON CONFLICT DO NOTHING RETURNING site_id, member_id, CASE
              WHEN EXISTS (SELECT FROM person WHERE person.member_id = $2 AND (is_deleted OR person.contact_version > $8))
              THEN ${at('$10')} ELSE ${at('$11')} END AS due_at)
     ${askUpkeep('SELECT site_id, member_id, due_at FROM link', 'EXCLUDED.due_at')} RETURNING 1`,
    [
      ...pairOf(session),
      user.siteUserId,
      user.platformId,
      user.origin,
      user.hasSeat,
      user.linkedAt,
      user.contactVersion,
      user.checkedAt,
      idleAt,
      idleAt + QUIET_MS,
    ],
  );
  if (saved.length > 0) {
    return { ...user, contactUnsureAt: null, seatUnsureAt: null, seatWantedAt: null, idleAt, deletingAt: null };
  }
  throw new SaltoKsError('the user already belongs to another member', { code: 'email_conflict', retry: 'never' });
}

const CHANGEABLE = {
  hasSeat: (value: string) => `has_seat = ${value}`,
  contactVersion: (value: string) => `contact_version = ${value}`,
  checkedAt: (value: string) => `checked_at = ${at(value)}`,
  contactUnsureAt: (value: string) => `contact_unsure_at = ${at(value)}`,
  seatUnsureAt: (value: string) => `seat_unsure_at = ${at(value)}`,
  seatWantedAt: (value: string) => `seat_wanted_at = ${at(value)}`,
  deletingAt: (value: string) => `deleting_at = ${at(value)}`,
};
type Changeable = keyof typeof CHANGEABLE;

/** Commits some of the link's columns; the others may have been changed since the link was read. */
export async function updateUser(
  session: PairSession,
  user: SaltoUser,
  change: Partial<Pick<SaltoUser, Changeable>>,
): Promise<SaltoUser> {
  const names = Object.keys(change) as Changeable[];
  const columns = names.map((name, index) => CHANGEABLE[name](`$${index + 3}`));
  await session.query(`UPDATE salto_user SET ${columns.join(', ')} WHERE site_id = $1 AND member_id = $2`, [
    ...pairOf(session),
    ...names.map((name) => change[name]),
  ]);
  return { ...user, ...change };
}

/** Whether a write to one of the user's memberships may still take effect. */
export async function hasUnsettledWrites(session: PairSession): Promise<boolean> {
  const rows = await session.query(
    `SELECT 1 AS one FROM group_intent WHERE site_id = $1 AND member_id = $2 AND outstanding IS NOT NULL
        AND last_write_at > ${at('$3')}`,
    [...pairOf(session), session.now() - VERIFY_AFTER_MS],
  );
  return rows.length > 0;
}

/** Forgets a user that is gone at Salto, with whose its memberships were: they are gone with it. */
export async function forgetUser(session: PairSession): Promise<void> {
  await session.query(
    `WITH intents AS (DELETE FROM group_intent WHERE site_id = $1 AND member_id = $2)
     DELETE FROM salto_user WHERE site_id = $1 AND member_id = $2`,
    pairOf(session),
  );
}

export function pairOf({ pair }: PairSession): [string, string] {
  return [pair.siteId, pair.memberId];
}

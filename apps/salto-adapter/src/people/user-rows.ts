import type { PairSession } from '../access/pair-lock.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';

/** The link between a member and Salto's user at a site. */
export interface SaltoUser {
  /** For `/users/…`. */
  readonly siteUserId: string;
  /** For access groups; entries carry it. */
  readonly platformId: string;
  /** `created` by us, hence ours to change and delete; `linked` was there before. */
  readonly origin: 'created' | 'linked';
  readonly hasSeat: boolean;
  /** Since when we know it, epoch ms; of a created one, when. */
  readonly linkedAt: number;
}

/** The intent to create a user: nobody on the site had the e-mail that the contact has in this version. */
export interface UserCreation {
  readonly contactVersion: number;
  readonly isOutstanding: boolean;
  /** Epoch ms. */
  readonly writtenAt: number;
}

export async function readUser(session: PairSession): Promise<SaltoUser | undefined> {
  const [row] = await session.query<SaltoUser>(
    `SELECT site_user_id AS "siteUserId", platform_id AS "platformId", origin, has_seat AS "hasSeat",
            (extract(epoch FROM linked_at) * 1000)::float8 AS "linkedAt"
       FROM salto_user WHERE site_id = $1 AND member_id = $2`,
    pairOf(session),
  );
  return row;
}

/**
 * Stores the link, and with it the end of the creation.
 * @throws SaltoKsError `email_conflict` when the user already belongs to another member
 */
export async function saveUser(session: PairSession, user: SaltoUser): Promise<SaltoUser> {
  const saved = await session.query(
    `WITH creation AS (DELETE FROM user_creation WHERE site_id = $1 AND member_id = $2)
     INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000))
     ON CONFLICT DO NOTHING RETURNING 1`,
    [...pairOf(session), user.siteUserId, user.platformId, user.origin, user.hasSeat, user.linkedAt],
  );
  if (saved.length > 0) return user;
  throw new SaltoKsError('the user already belongs to another member', { code: 'email_conflict', retry: 'never' });
}

export async function saveSeat(session: PairSession, user: SaltoUser): Promise<SaltoUser> {
  await session.query('UPDATE salto_user SET has_seat = true WHERE site_id = $1 AND member_id = $2', pairOf(session));
  return { ...user, hasSeat: true };
}

export async function readCreation(session: PairSession): Promise<UserCreation | undefined> {
  const [row] = await session.query<UserCreation>(
    `SELECT contact_version AS "contactVersion", is_outstanding AS "isOutstanding",
            (extract(epoch FROM written_at) * 1000)::float8 AS "writtenAt"
       FROM user_creation WHERE site_id = $1 AND member_id = $2`,
    pairOf(session),
  );
  return row;
}

/** Commits that a user is about to be created. Without this commit it must not be. */
export async function saveCreation(session: PairSession, contactVersion: number): Promise<void> {
  await session.query(
    `INSERT INTO user_creation (site_id, member_id, contact_version, is_outstanding, written_at)
     VALUES ($1, $2, $3, true, to_timestamp($4::float8 / 1000))
     ON CONFLICT (site_id, member_id) DO UPDATE
       SET contact_version = EXCLUDED.contact_version, is_outstanding = true, written_at = EXCLUDED.written_at`,
    [...pairOf(session), contactVersion, session.now()],
  );
}

/** Creating was refused: nobody was created. */
export async function deleteCreation(session: PairSession): Promise<void> {
  await session.query('DELETE FROM user_creation WHERE site_id = $1 AND member_id = $2', pairOf(session));
}

function pairOf({ pair }: PairSession): [string, string] {
  return [pair.siteId, pair.memberId];
}

import { VERIFY_AFTER_MS } from '../access/intents.ts';
import type { PairSession } from '../access/pair-lock.ts';
import type { Sealer } from '../encryption/sealer.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import { askUpkeep } from './idleness.ts';
import { isTaken } from './link-proposal-rows.ts';
import { ROLE_OF_MEMBERS, rolesOf } from './roles.ts';
import { at, ms, pairOf } from './user-rows.ts';

/** The intent to create a user, until an answer tells what became of it: before, nobody on the site had this e-mail. */
export interface UserCreation {
  readonly email: string;
  /** The gateway's, of the contact that was sent. */
  readonly contactVersion: number;
  /** Epoch ms. */
  readonly writtenAt: number;
}

/** How long Salto may give no answer, and a user that appears be taken for ours: outages last hours, mostly. */
const LONGEST_MS = 24 * 60 * 60_000;

/** Creations that have no answer. Runs under the pair's lock; every record goes through its session. */
export class UserCreations {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  async read(session: PairSession): Promise<UserCreation | undefined> {
    const [row] = await session.query<UserCreation>(
      `SELECT email, contact_version AS "contactVersion", ${ms('written_at')} AS "writtenAt"
         FROM user_creation WHERE site_id = $1 AND member_id = $2`,
      pairOf(session),
    );
    return row && { ...row, email: this.#sealer.open(row.email, identityOf(session)) };
  }

  /**
   * Commits that a user is about to be created. Without this commit it must not be. With it the upkeep is asked what
   * became of that, should nobody else come to know. Intents that are of no use any more go.
   */
  async save(session: PairSession, { email, contactVersion, writtenAt }: UserCreation): Promise<void> {
    await session.query(
      `WITH expired AS (
         DELETE FROM user_creation
          WHERE written_at < ${at('$6')} AND (site_id, member_id) <> ($1::uuid, $2::uuid)),
       intent AS (
         INSERT INTO user_creation (site_id, member_id, email, contact_version, written_at)
         VALUES ($1, $2, $3, $4, ${at('$5')})
         ON CONFLICT (site_id, member_id) DO UPDATE SET
           email = EXCLUDED.email, contact_version = EXCLUDED.contact_version, written_at = EXCLUDED.written_at
         RETURNING site_id, member_id, written_at)
       ${askUpkeep(`SELECT site_id, member_id, written_at + interval '${VERIFY_AFTER_MS} milliseconds' FROM intent`)}`,
      [
        ...pairOf(session),
        this.#sealer.seal(email, identityOf(session)),
        contactVersion,
        writtenAt,
        session.now() - LONGEST_MS,
      ],
    );
  }

  /** Nobody was created, or nobody can tell any more who. */
  async forget(session: PairSession): Promise<void> {
    await session.query('DELETE FROM user_creation WHERE site_id = $1 AND member_id = $2', pairOf(session));
  }

  /**
   * Whether the creation has made this user. Not where somebody else may have made it since: it is not ours to rename and
   * to delete (S5.5).
   * @throws SaltoKsError `not_yet_propagated` while the user shows no roles
   */
  async hasMade(session: PairSession, { email, writtenAt }: UserCreation, found: SiteUserAnswer): Promise<boolean> {
    if (!isSameEmail(found.user.email, email) || session.now() - writtenAt >= LONGEST_MS) return false;
    if (await isTaken(session, found.id)) return false;
    return rolesOf(found).every(({ code }) => code === ROLE_OF_MEMBERS);
  }
}

/** From when on nobody appears any more, epoch ms. */
export function settledAt({ writtenAt }: UserCreation): number {
  return writtenAt + VERIFY_AFTER_MS;
}

export function isSameEmail(one: string | null | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

/** What the sealed text belongs to. */
function identityOf({ pair: { siteId, memberId } }: PairSession): string {
  return `user_creation/${siteId}/${memberId}/email`;
}

import type { Pair } from '@latchkey/access-workflows';
import { IN_BACKGROUND, type Sites } from '../access/sites.ts';
import { asDoorFailure, type DoorFailure } from '../access/failures.ts';
import type { PairLocks, PairSession } from '../access/pair-lock.ts';
import type { GroupMembers } from '../salto-ks/group-members.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { changeContact } from './contact-change.ts';
import type { Contacts } from './contacts.ts';
import { deleteUser } from './deletion.ts';
import { endStep, type EndStep } from './end-of-access.ts';
import { fitUser } from './fitness.ts';
import { QUIET_MS } from './idleness.ts';
import type { SaltoUsers } from './salto-users.ts';
import { readStanding, type Standing } from './standing.ts';
import { suspendUser } from './suspension.ts';
import { settledAt } from './user-creations.ts';
import { forgetUser, readUser, type SaltoUser } from './user-rows.ts';

export interface UpkeepParts {
  readonly sites: Sites;
  readonly locks: PairLocks;
  readonly contacts: Contacts;
  readonly users: SaltoUsers;
  readonly members: GroupMembers;
  readonly quietMs?: number;
}

/** What is left to do for a user. */
export interface UpkeepResult {
  /** When to look again without being asked, epoch ms; null: not at all. */
  readonly dueAt: number | null;
  readonly failures: readonly DoorFailure[];
}

const NOTHING_TO_DO: UpkeepResult = { dueAt: null, failures: [] };

/** How old a look at all groups may be that lets a user be suspended. */
const LOOK_AGE_MS = 60_000;
/** A user that others have put into a group is looked at again after this time. */
const FOREIGN_PAUSE_MS = 60 * 60_000;
/** Salto shows a deleted user for some seconds. */
const DELETION_PAUSE_MS = 15_000;

/**
 * Keeps one Salto user right, under the pair's lock and from what is recorded now, so that repeating it is harmless:
 * gives it a seat while it has access, takes it away or deletes the user when its last access has ended, and writes a
 * changed name or e-mail. Where there is only a creation without an answer, it finds out whom that has made.
 */
export class Upkeep {
  readonly #parts: UpkeepParts;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  /** @throws AttemptError, SaltoKsError where nothing can be done at all: no lock, no connection, no user to be found */
  async run(pair: Pair): Promise<UpkeepResult> {
    const { sites, locks } = this.#parts;
    const site = await sites.of(pair.siteId, IN_BACKGROUND, { memberId: pair.memberId, isRevoke: false });
    return locks.hold(pair, (session) => this.#keepUp(session, site));
  }

  async #keepUp(session: PairSession, site: SaltoKsSite): Promise<UpkeepResult> {
    const user = await readUser(session);
    if (user !== undefined) return this.#keepUpUser(session, site, user);
    const { users } = this.#parts;
    const creation = await users.creation(session);
    if (creation === undefined) return NOTHING_TO_DO;
    const dueAt = settledAt(creation);
    if (session.now() < dueAt) return { dueAt, failures: [] };
    const made = await users.settle(session, site, creation);
    return made === undefined ? NOTHING_TO_DO : this.#keepUpUser(session, site, made);
  }

  async #keepUpUser(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<UpkeepResult> {
    const standing = await readStanding(session);
    const failures: DoorFailure[] = [];
    const attempt = async <T>(work: () => Promise<T>): Promise<T | null> => {
      try {
        return await work();
      } catch (error) {
        failures.push(asDoorFailure(error));
        return null;
      }
    };
    const dueAt = await attempt(() => this.#end(session, site, user, standing));
    // A new name hinders no suspension, nor a missing seat a new name.
    if (hasNewContact(user, standing)) {
      const known = await readUser(session);
      if (known !== undefined) await attempt(() => changeContact(session, site, known, this.#parts.contacts));
    }
    return { dueAt, failures };
  }

  async #end(session: PairSession, site: SaltoKsSite, user: SaltoUser, standing: Standing): Promise<number | null> {
    const step = this.#step(session, user, standing);
    const now = session.now();
    const isOthers = step.kind === 'suspend' || (step.kind === 'delete' && !step.always);
    if (isOthers && (await this.#isInAnyGroup(session, site, user))) return now + FOREIGN_PAUSE_MS;
    switch (step.kind) {
      case 'rest':
        return step.until;
      case 'forget':
        await forgetUser(session);
        return null;
      case 'subscribe':
        await fitUser(session, site, user);
        return null;
      case 'delete':
        return (await deleteUser(session, site, user)) ? null : now + DELETION_PAUSE_MS;
      case 'suspend': {
        const suspended = await suspendUser(session, site, user);
        const next = this.#step(session, suspended, standing);
        return next.kind === 'rest' ? next.until : now;
      }
    }
  }

  #step(session: PairSession, user: SaltoUser, { isSeatWanted, ...standing }: Standing): EndStep {
    const quietMs = isSeatWanted ? 0 : (this.#parts.quietMs ?? QUIET_MS);
    return endStep({ user, ...standing, quietMs, now: session.now() });
  }

  /**
   * Somebody else's group is a reason to leave a user as it is, and one of ours that this database has forgotten (it was
   * restored) all the more.
   */
  async #isInAnyGroup(session: PairSession, site: SaltoKsSite, { platformId }: SaltoUser): Promise<boolean> {
    for (const { id: groupId } of await site.accessGroups.list()) {
      const key = `${session.pair.siteId}/${groupId}`;
      const load = (onPage: () => void) => site.groupMembers(groupId, onPage);
      const { members } = await this.#parts.members.read(key, IN_BACKGROUND, () => LOOK_AGE_MS, load);
      if (members.has(platformId)) return true;
    }
    return false;
  }
}

function hasNewContact({ origin, contactVersion, deletingAt }: SaltoUser, standing: Standing): boolean {
  const isOurs = origin === 'created' && deletingAt === null && !standing.isPersonDeleted;
  return isOurs && contactVersion < standing.contactVersion;
}

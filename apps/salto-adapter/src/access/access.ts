import { compareRevisions, type Revision } from '@latchkey/access-domain';
import type { ApplyRequest, ApplyResult, Pair } from '@latchkey/access-workflows';
import { expectSoon } from '../people/idleness.ts';
import type { SaltoUsers } from '../people/salto-users.ts';
import { requireSpareSeat } from '../seats/spare-seats.ts';
import type { GroupMembers } from '../salto-ks/group-members.ts';
import { Attempt } from './attempt.ts';
import { IN_BACKGROUND, type Sites } from './sites.ts';
import { seeRevision } from './highest-seen.ts';
import { Intents, VERIFY_AFTER_MS } from './intents.ts';
import { Observer } from './observer.ts';
import type { PairLocks } from './pair-lock.ts';

export interface AccessParts {
  readonly sites: Sites;
  readonly locks: PairLocks;
  readonly users: SaltoUsers;
  readonly members: GroupMembers;
  /** How old a shared read of a group's members may be when ownership is decided from it. */
  readonly membersMaxAgeMs: number;
}

/** The fence (docs/adr/0004): whatever the order, repetition and crash point of its callers, the newest revision wins. */
export class Access {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  /** @throws AttemptFailed, AttemptError, SaltoKsError */
  async apply(request: ApplyRequest): Promise<ApplyResult> {
    const { sites, locks, users, members, membersMaxAgeMs } = this.#parts;
    const { siteId, memberId, urgency, groups, removals } = request;
    const isRevoke = removals.length > 0 || groups.length === 0;
    const site = await sites.of(siteId, urgency, { memberId, isRevoke });
    return locks.hold(request, async (session) => {
      const { highest, before } = await seeRevision(session, request.revision);
      if (compareRevisions(request.revision, highest) < 0) return { kind: 'superseded', highestSeen: highest };
      if (request.isRetried === true) await users.letGoIfDeleted(session, site);
      const intents = await Intents.load(session);
      if (wasRestored(request, before)) await intents.recall(request.owned ?? []);
      const observer = new Observer({ session, site, intents, members, urgency, maxAgeMs: membersMaxAgeMs });
      const attempt = (wish: ApplyRequest) => new Attempt(wish, { session, site, users, intents, observer }).run();
      if (request.isProvisional !== true) return attempt(request);
      const result = await attempt({ ...request, keeps: intents.all().map(({ groupId }) => groupId) });
      return unconfirmed(result, session.now());
    });
  }

  /** Links or creates the member's Salto user, fit to open doors. @throws as `apply` */
  async prepare(pair: Pair): Promise<void> {
    const { sites, locks, users } = this.#parts;
    const site = await sites.of(pair.siteId, IN_BACKGROUND, { memberId: pair.memberId, isRevoke: false });
    await locks.hold(pair, async (session) => {
      const known = await users.linked(session);
      if (!known?.hasSeat) await requireSpareSeat(session, site);
      await users.ready(session, site);
      await expectSoon(session);
    });
  }
}

/** A provisional revision is sent once more, whatever was done for it. */
function unconfirmed(result: ApplyResult, now: number): ApplyResult {
  if (result.kind !== 'confirmed') return result;
  return { kind: 'unverified', groups: result.groups, verifyAt: now + VERIFY_AFTER_MS };
}

/** We confirmed a revision that this database has never seen: it is a copy from before, and has forgotten its intents. */
function wasRestored({ confirmed }: ApplyRequest, before: Revision | null): boolean {
  return confirmed !== undefined && (before === null || compareRevisions(before, confirmed) < 0);
}

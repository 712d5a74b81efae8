import type {
  GroupLook,
  LookRequest,
  OwnershipRequest,
  SiteActivities,
  SiteCheckRequest,
} from '@latchkey/access-workflows';
import { IN_BACKGROUND, type Sites } from '../access/access.ts';
import { attempted } from '../access/attempted.ts';
import { Intents } from '../access/intents.ts';
import type { PairLocks } from '../access/pair-lock.ts';
import type { Queries } from '../database/queries.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { lintOf } from './group-lint.ts';
import { linkedMembers, ownGroups, readClock } from './memberships.ts';

export interface SiteChecksParts {
  readonly sites: Sites;
  readonly locks: PairLocks;
  readonly database: Queries;
}

/** Looks at groups for the check of a site: one list call verifies all of a group's members. */
export class SiteChecks implements SiteActivities {
  readonly #parts: SiteChecksParts;

  constructor(parts: SiteChecksParts) {
    this.#parts = parts;
  }

  // Temporal takes an object's own functions.
  readonly ownGroups = ({ siteId }: SiteCheckRequest): Promise<string[]> =>
    attempted({ siteId }, () => ownGroups(this.#parts.database, siteId));

  readonly lookAtGroup = (request: LookRequest): Promise<GroupLook> => attempted(request, () => this.#look(request));

  readonly setOwnership = (request: OwnershipRequest): Promise<void> =>
    attempted(request, () =>
      this.#parts.locks.hold(request, async (session) => {
        const intents = await Intents.load(session);
        await intents.settle(request.groupId, request.isOurs);
      }),
    );

  async #look({ siteId, groupId, withLint }: LookRequest): Promise<GroupLook> {
    const { sites, database } = this.#parts;
    const site = await sites.of(siteId, IN_BACKGROUND);
    const readAt = await readClock(database);
    try {
      const userIds = await site.groupMembers(groupId);
      const lint = withLint ? await lintOf(site, groupId) : null;
      // After the read: what has been written since is still under way for access-service, which leaves it alone.
      const members = await linkedMembers(database, siteId, groupId, [...userIds]);
      const linked = new Set(members.map(({ platformId }) => platformId));
      return {
        groupId,
        readAt,
        exists: true,
        members: members.map(({ memberId, isOurs, isQuarantined }) => ({ memberId, isOurs, isQuarantined })),
        foreignUserIds: [...userIds].filter((id) => !linked.has(id)),
        lint,
      };
    } catch (error) {
      if (!(error instanceof SaltoKsError) || error.code !== 'group_missing') throw error;
      return { groupId, readAt, exists: false, members: [], foreignUserIds: [], lint: withLint ? [] : null };
    }
  }
}

import type {
  GroupLook,
  LookRequest,
  OwnershipRequest,
  SiteActivities,
  SiteCheckRequest,
} from '@latchkey/access-workflows';
import { logger } from '@latchkey/service-kit';
import { IN_BACKGROUND, type Sites } from '../access/sites.ts';
import { attempted } from '../access/attempted.ts';
import { forgetGone, readDecisions, saveDecision } from '../adoption/adoption-rows.ts';
import { AttemptError } from '../access/failures.ts';
import { Intents } from '../access/intents.ts';
import type { PairLocks } from '../access/pair-lock.ts';
import type { Queries } from '../database/queries.ts';
import { LINKABLE_ROLES } from '../people/salto-users.ts';
import { readUser } from '../people/user-rows.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import { lintOf } from './group-lint.ts';
import { linkedMembers, ownGroups, readClock, type LinkedMember } from './memberships.ts';

const log = logger('site-checks');

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
    attempted(request, () => this.#setOwnership(request));

  async #setOwnership({ siteId, memberId, groupId, isOurs }: OwnershipRequest): Promise<void> {
    const { locks, sites } = this.#parts;
    const site = isOurs ? await sites.of(siteId, IN_BACKGROUND, { memberId, isRevoke: false }) : undefined;
    await locks.hold({ siteId, memberId }, async (session) => {
      const intents = await Intents.load(session);
      const user = await readUser(session);
      if (user !== undefined) {
        if (site !== undefined) requireNoRoleAbove(await site.user(user.siteUserId));
        const membership = { siteId, groupId, saltoUserId: user.platformId };
        await saveDecision(session, membership, isOurs ? 'adopt' : 'leave', null);
      }
      await intents.settle(groupId, isOurs);
    });
  }

  async #look({ siteId, groupId, withLint }: LookRequest): Promise<GroupLook> {
    const { sites, database } = this.#parts;
    const site = await sites.of(siteId, IN_BACKGROUND);
    const readAt = await readClock(database);
    const userIds = await membersOf(site, groupId);
    if (userIds === undefined) {
      return { groupId, readAt, exists: false, members: [], foreignUserIds: [], lint: withLint ? [] : null };
    }
    await forgetGone(database, siteId, groupId, { readAt, saltoUserIds: [...userIds] });
    const lint = withLint ? await lintIfPossible(site, groupId) : null;
    // After the read: what has been written since is still under way for access-service, which leaves it alone.
    const members = await linkedMembers(database, siteId, groupId, [...userIds]);
    const linked = new Set(members.map(({ platformId }) => platformId));
    const decisions = await readDecisions(database, siteId, groupId);
    return {
      groupId,
      readAt,
      exists: true,
      members: members.map(observedOf),
      foreignUserIds: [...userIds].filter((id) => !linked.has(id) && decisions.get(id) !== 'leave'),
      lint,
    };
  }
}

/** Platform ids; undefined where there is no such group. */
async function membersOf(site: SaltoKsSite, groupId: string): Promise<ReadonlySet<string> | undefined> {
  try {
    return await site.groupMembers(groupId);
  } catch (error) {
    if (error instanceof SaltoKsError && error.code === 'group_missing') return undefined;
    throw error;
  }
}

/** Who is in a group is compared also while its schedules or locks cannot be read: then the next check lints it. */
async function lintIfPossible(site: SaltoKsSite, groupId: string): Promise<GroupLook['lint']> {
  try {
    return await lintOf(site, groupId);
  } catch (error) {
    log.warn({ groupId, error }, 'a group could not be linted');
    return null;
  }
}

/** An administrator of the site is never adopted, and so never removed (S5.5). The decision waits, and can be changed. */
function requireNoRoleAbove({ roles }: SiteUserAnswer): void {
  if (roles.every(({ code }) => LINKABLE_ROLES.has(code))) return;
  throw new AttemptError('user_out_of_reach', 'never', 'the Salto user has a role above user, and is not adopted');
}

/** Without what is seldom so: observations pass through the workflow's history. */
function observedOf({ memberId, isOurs, isQuarantined, isLeft }: LinkedMember): GroupLook['members'][number] {
  return { memberId, isOurs, isQuarantined, ...(isLeft && { isLeft }) };
}

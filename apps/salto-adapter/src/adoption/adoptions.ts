import type { AdoptionAnswer, AdoptionOutcome, AdoptionRefusal, AdoptionRequest } from '@latchkey/contracts';
import { AttemptError } from '../access/failures.ts';
import { Intents } from '../access/intents.ts';
import type { PairLocks, PairSession } from '../access/pair-lock.ts';
import type { Connection } from '../connections/connection.repository.ts';
import type { Connections } from '../connections/connections.ts';
import type { Queries } from '../database/queries.ts';
import { isTaken } from '../people/link-proposal-rows.ts';
import { linkTo } from '../people/salto-users.ts';
import { readUser, saveUser } from '../people/user-rows.ts';
import { GroupMembers } from '../salto-ks/group-members.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { AccessServiceClient } from './access-service.client.ts';
import { saveDecision, type GroupMember } from './adoption-rows.ts';
import type { FoundPerson, GroupPeople } from './group-people.ts';
import { judge, outcomeOf, type Judged } from './judge.ts';
import type { LinkConfirmations } from './link-confirmations.ts';

export interface AdoptionsParts {
  readonly people: GroupPeople;
  readonly connections: Connections;
  readonly accessService: AccessServiceClient;
  readonly links: LinkConfirmations;
  readonly locks: PairLocks;
  readonly database: Queries;
}

/** Who decides, about which group. */
export interface Deciding {
  readonly connection: Connection;
  readonly groupId: string;
  /** `person:<id>` */
  readonly decidedBy: string;
}

interface Following extends Deciding {
  /** Looks at the group, for all decisions of a request. */
  readonly looks: GroupMembers;
}

/** How old a look may be by which somebody is still in the group: as old as the fence's own. */
const LOOK_AGE_MS = 2_000;
/** The urgency of what an administrator waits for. */
const SOMEBODY_WAITS = 1;

/**
 * Follows decisions about people who were in a group before Latchkey (S1.4). It writes nothing to Salto: who is adopted
 * and not entitled is found by the check of the site. Each decision is followed for itself, and may be repeated.
 */
export class Adoptions {
  readonly #parts: AdoptionsParts;

  constructor(parts: AdoptionsParts) {
    this.#parts = parts;
  }

  /** @throws as `GroupPeople.read`; a preview also Problem 503 `access_service_unavailable` */
  async decide(deciding: Deciding, request: AdoptionRequest): Promise<AdoptionAnswer> {
    const { people } = this.#parts;
    const judged = judge(request, await people.read(deciding.connection, deciding.groupId));
    if (request.dryRun) return { isDryRun: true, items: await this.#withEntitlements(deciding, judged) };
    const items: AdoptionOutcome[] = [];
    const following = { ...deciding, looks: new GroupMembers() };
    // One after the other: there is no hurry, and attempts need the locks' sessions more.
    for (const one of judged) items.push(await this.#follow(following, one));
    const { locationId } = deciding.connection;
    if (items.some(({ outcome }) => outcome === 'adopted')) await this.#parts.accessService.checkSoon(locationId);
    return { isDryRun: false, items };
  }

  async #withEntitlements({ connection, groupId }: Deciding, judged: readonly Judged[]): Promise<AdoptionOutcome[]> {
    const isAsked = ({ outcome, memberId }: AdoptionOutcome) => outcome === 'adopted' && memberId !== null;
    const outcomes = judged.map(({ outcome }) => outcome);
    const memberIds = outcomes.filter(isAsked).flatMap(({ memberId }) => memberId ?? []);
    const entitled = await this.#parts.accessService.entitled(connection.locationId, groupId, memberIds);
    return outcomes.map((outcome) =>
      isAsked(outcome) ? { ...outcome, isEntitled: entitled.has(outcome.memberId ?? '') } : outcome,
    );
  }

  async #follow(deciding: Following, { decision, found, outcome }: Judged): Promise<AdoptionOutcome> {
    if (outcome.outcome === 'refused' || found === undefined) return outcome;
    const { siteId } = deciding.connection;
    const memberId = found.match?.memberId;
    try {
      if (memberId === undefined) {
        await this.#leave(this.#parts.database, deciding, found);
        return outcome;
      }
      const refusal = await this.#parts.locks.hold({ siteId, memberId }, (session) =>
        decision.decision === 'adopt'
          ? this.#adopt(session, deciding, found)
          : this.#leaveMember(session, deciding, found),
      );
      return refusal === null ? outcome : outcomeOf(decision, found, refusal);
    } catch (error) {
      // The others go on: whoever is refused for this is decided about again.
      if (!(error instanceof AttemptError)) throw error;
      return outcomeOf(decision, found, 'pair_busy');
    }
  }

  async #adopt(session: PairSession, deciding: Following, found: FoundPerson): Promise<AdoptionRefusal | null> {
    const { siteId, groupId, saltoUserId } = membershipOf(deciding, found);
    const site = this.#parts.connections.siteOf(deciding.connection);
    const look = await deciding.looks.read(
      `${siteId}/${groupId}`,
      SOMEBODY_WAITS,
      () => LOOK_AGE_MS,
      (onPage) => site.groupMembers(groupId, onPage),
    );
    if (!look.members.has(saltoUserId)) return 'not_in_group';
    const refusal = await this.#link(session, found);
    if (refusal !== null) return refusal;
    const intents = await Intents.load(session);
    // First, so that what was interrupted in between is undecided still, and not taken for what Latchkey made.
    await saveDecision(session, { siteId, groupId, saltoUserId }, 'adopt', deciding.decidedBy);
    await intents.settle(groupId, true);
    return intents.isOurs(groupId) ? null : 'pair_busy';
  }

  /** Makes the user the member's, unless it is already. */
  async #link(session: PairSession, { saltoUserId, user, person }: FoundPerson): Promise<AdoptionRefusal | null> {
    const known = await readUser(session);
    if (known !== undefined) return known.platformId === saltoUserId ? null : 'member_has_another_user';
    if (user === undefined || person === undefined) return 'match_changed';
    if (await isTaken(session, user.id)) return 'linked_to_another_member';
    await this.#parts.links.confirm(session.pair, saltoUserId);
    const now = session.now();
    try {
      await saveUser(session, { ...linkTo(user, now, person.contactVersion), origin: 'linked', linkedAt: now });
      return null;
    } catch (error) {
      if (error instanceof SaltoKsError && error.code === 'email_conflict') return 'linked_to_another_member';
      throw error;
    }
  }

  /** Whether the membership has become ours meanwhile, only the pair's lock tells. */
  async #leaveMember(session: PairSession, deciding: Deciding, found: FoundPerson): Promise<AdoptionRefusal | null> {
    const intents = await Intents.load(session);
    if (found.match?.isLinked && intents.isOurs(deciding.groupId)) return 'membership_is_ours';
    await this.#leave(session, deciding, found);
    return null;
  }

  #leave(database: Queries, deciding: Deciding, found: FoundPerson): Promise<void> {
    return saveDecision(database, membershipOf(deciding, found), 'leave', deciding.decidedBy);
  }
}

function membershipOf({ connection, groupId }: Deciding, { saltoUserId }: FoundPerson): GroupMember {
  return { siteId: connection.siteId, groupId, saltoUserId };
}

import type { ApplyRequest, ApplyResult, WantedGroup } from '@latchkey/access-workflows';
import type { SaltoUser, SaltoUsers } from '../people/salto-users.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { asDoorFailure, AttemptFailed, type DoorFailure } from './failures.ts';
import type { Intents } from './intents.ts';
import { isUnanswered, MembershipWriter } from './membership-writer.ts';
import type { Observer, Seen } from './observer.ts';
import { Outcomes } from './outcomes.ts';
import type { PairSession } from './pair-lock.ts';

export interface AttemptParts {
  readonly session: PairSession;
  readonly site: SaltoKsSite;
  readonly users: SaltoUsers;
  readonly intents: Intents;
  readonly observer: Observer;
}

/** After an unanswered write one look, and one more write where the look shows that it is needed. */
const ROUNDS = 2;

/**
 * One attempt to make a member's groups what a revision wants, under the pair's lock and with `highest_seen` stored
 * (docs/adr/0004). Whatever is ours and not wanted is removed, also where the request does not name it.
 */
export class Attempt {
  readonly #request: ApplyRequest;
  readonly #parts: AttemptParts;
  readonly #wanted: ReadonlySet<string>;
  readonly #outcomes: Outcomes;
  /** Why nothing can be added: the member has no usable Salto user. */
  #userFailure: DoorFailure | undefined;
  /** Why nothing can be removed: nobody knows which Salto user the member is. */
  #lostFailure: DoorFailure | undefined;
  /** Groups to look at again in this attempt: unanswered writes, and removals that wait for one. */
  #again = new Set<string>();

  constructor(request: ApplyRequest, parts: AttemptParts) {
    this.#request = request;
    this.#parts = parts;
    this.#wanted = new Set(request.groups.map(({ id }) => id));
    this.#outcomes = new Outcomes(parts.intents);
  }

  /** @throws AttemptFailed with what became of each group, when something may work later */
  async run(): Promise<ApplyResult> {
    const { intents } = this.#parts;
    const user = await this.#user();
    const writer = user && new MembershipWriter(this.#parts, user);
    let todo = new Set([...this.#wanted, ...intents.all().map(({ groupId }) => groupId)]);
    for (let round = 1; round <= ROUNDS && todo.size > 0; round += 1) {
      const seen = await this.#look(user, todo, round);
      this.#again = new Set();
      // What is added comes before what is removed (S5.3).
      for (const group of this.#request.groups) {
        if (todo.has(group.id)) await this.#add(group, seen.get(group.id) ?? 'absent', writer);
      }
      for (const { groupId } of intents.all()) {
        if (todo.has(groupId) && !this.#wanted.has(groupId)) await this.#remove(groupId, seen.get(groupId), writer);
      }
      todo = this.#again;
    }
    const keeps = new Set(this.#request.keeps);
    for (const { id } of this.#request.removals) if (!keeps.has(id)) this.#outcomes.setIfNone(id, 'absent');
    return this.#result();
  }

  /** The member's Salto user, made or given a seat if something is to be added. */
  async #user(): Promise<SaltoUser | undefined> {
    const { session, site, users } = this.#parts;
    const known = (await users.linked(session)) ?? (await this.#recovered());
    if (!this.#request.groups.some((group) => !this.#isPast(group))) return known;
    if (this.#lostFailure !== undefined) {
      this.#userFailure = this.#lostFailure;
      return undefined;
    }
    try {
      return await users.ready(session, site);
    } catch (error) {
      this.#userFailure = asDoorFailure(error);
      return known;
    }
  }

  /** There are memberships of ours and no user only after a restore. */
  async #recovered(): Promise<SaltoUser | undefined> {
    const { session, site, users, intents } = this.#parts;
    const ours = intents.all().filter(({ presentBefore }) => !presentBefore);
    if (ours.length === 0) return undefined;
    try {
      return await users.recovered(
        session,
        site,
        ours.map(({ groupId }) => groupId),
      );
    } catch (error) {
      this.#lostFailure = asDoorFailure(error);
      return undefined;
    }
  }

  /** Removals need no look: what is ours is deleted, and "already gone" is success. */
  async #look(user: SaltoUser | undefined, todo: ReadonlySet<string>, round: number): Promise<Map<string, Seen>> {
    if (user === undefined) return new Map();
    const { intents, observer } = this.#parts;
    const groups = [...todo].filter((id) => this.#wanted.has(id) || intents.get(id)?.outstanding);
    return observer.observe(user.platformId, groups, { fresh: round > 1 });
  }

  async #add(group: WantedGroup, seen: Seen, writer: MembershipWriter | undefined): Promise<void> {
    const { intents } = this.#parts;
    const outcomes = this.#outcomes;
    if (seen === 'present') {
      if (intents.get(group.id) === undefined) await intents.decide(group.id, true);
      if (this.#userFailure === undefined || this.#isPast(group)) return outcomes.set(group.id, 'present');
      // The membership alone opens nothing.
      return this.#notAdded(group.id, this.#userFailure);
    }
    if (seen === 'missing') return outcomes.set(group.id, 'blocked', groupMissing());
    if (seen !== 'absent') return outcomes.fail(group.id, seen);
    if (this.#isPast(group)) return outcomes.set(group.id, 'expired');
    if (writer === undefined || this.#userFailure !== undefined) return this.#notAdded(group.id, this.#userFailure);
    if (!intents.isOurs(group.id)) await intents.decide(group.id, false);
    const failure = await writer.add(group.id);
    if (failure === undefined) return outcomes.set(group.id, 'present');
    this.#notAdded(group.id, failure);
  }

  #notAdded(groupId: string, failure: DoorFailure | undefined): void {
    if (failure?.retry === 'never') return this.#outcomes.set(groupId, 'blocked', failure);
    // Only a write can be settled by a look: what got no answer before one was sent has to be repeated.
    const isUnsettled = failure !== undefined && isUnanswered(failure) && this.#parts.intents.get(groupId)?.outstanding;
    if (failure !== undefined && !isUnsettled) return this.#outcomes.fail(groupId, failure);
    this.#outcomes.set(groupId, 'pending', failure);
    this.#again.add(groupId);
  }

  async #remove(groupId: string, seen: Seen | undefined, writer: MembershipWriter | undefined): Promise<void> {
    const { intents } = this.#parts;
    if (this.#request.keeps?.includes(groupId)) return;
    if (!intents.isOurs(groupId)) return this.#gone(groupId);
    const failure = this.#lostFailure ?? (typeof seen === 'object' ? seen : undefined);
    if (failure !== undefined) return this.#outcomes.fail(groupId, failure);
    if (seen === 'absent' || seen === 'missing' || writer === undefined) return this.#gone(groupId);
    const replacement = this.#waitsFor(groupId);
    if (replacement !== undefined) {
      this.#outcomes.hold(groupId, replacement);
      this.#again.add(groupId);
      return;
    }
    return this.#removed(groupId, await writer.remove(groupId));
  }

  async #removed(groupId: string, failure: DoorFailure | undefined): Promise<void> {
    if (failure === undefined) return this.#gone(groupId);
    if (!isUnanswered(failure)) return this.#outcomes.fail(groupId, failure);
    this.#outcomes.set(groupId, 'pending', failure);
    this.#again.add(groupId);
  }

  /** Nothing of ours is there, unless a write without an answer still lands. */
  async #gone(groupId: string): Promise<void> {
    const { intents } = this.#parts;
    if (intents.get(groupId)?.outstanding) return this.#outcomes.set(groupId, 'pending');
    await intents.close(groupId);
    this.#outcomes.set(groupId, 'absent');
  }

  /** The add that this removal waits for, while that fails transiently (S5.3), two minutes at most. */
  #waitsFor(groupId: string): string | undefined {
    const { waitsFor, waitsUntil = 0 } = this.#request.removals.find(({ id }) => id === groupId) ?? {};
    if (waitsFor === undefined || this.#parts.session.now() >= waitsUntil) return undefined;
    return this.#outcomes.isPending(waitsFor) ? waitsFor : undefined;
  }

  #isPast({ until }: WantedGroup): boolean {
    return until !== null && until <= this.#parts.session.now();
  }

  #result(): ApplyResult {
    const groups = this.#outcomes.groups();
    const failure = this.#outcomes.failure();
    if (failure !== undefined) throw new AttemptFailed(failure, groups);
    if (groups.some(({ outcome }) => outcome === 'expired')) return { kind: 'expired', groups };
    const verifyAt = this.#parts.intents.verifiableAt();
    if (verifyAt !== undefined) return { kind: 'unverified', groups, verifyAt };
    return { kind: 'confirmed', groups, verifiedAt: this.#parts.session.now() };
  }
}

function groupMissing(): SaltoKsError {
  return new SaltoKsError('read group members: there is no such group', { code: 'group_missing', retry: 'never' });
}

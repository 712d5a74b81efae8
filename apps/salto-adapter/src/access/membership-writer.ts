import type { SaltoUser } from '../people/salto-users.ts';
import { unlessSpreading } from '../people/spreading.ts';
import { updateUser } from '../people/user-rows.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { asDoorFailure, type DoorFailure } from './failures.ts';
import type { Intents } from './intents.ts';
import type { PairSession } from './pair-lock.ts';

export interface WriterParts {
  readonly session: PairSession;
  readonly site: SaltoKsSite;
  readonly intents: Intents;
}

/** The request may have been sent, and nobody knows what became of it. */
export function isUnanswered(failure: DoorFailure): boolean {
  return failure instanceof SaltoKsError && failure.isAnswerUnknown;
}

/** Puts one user into groups and takes it out, each write recorded before it is sent. */
export class MembershipWriter {
  readonly #parts: WriterParts;
  readonly #user: SaltoUser;

  constructor(parts: WriterParts, user: SaltoUser) {
    this.#parts = parts;
    this.#user = user;
  }

  /** @returns why the user is not in the group, or undefined when it is */
  async add(groupId: string): Promise<DoorFailure | undefined> {
    const { site, intents, session } = this.#parts;
    const begin = () => intents.begin(groupId, 'add');
    const failure = await failureOf(site.addToGroup(groupId, this.#user.platformId, begin));
    if (failure !== undefined && isUnanswered(failure)) return failure;
    const refusal = failure && (await this.#refusalOfAdd(groupId, failure));
    await intents.answered(groupId);
    // Then the next attempt begins with a look at the user, and says at once what is wrong with it.
    if (refusal?.code === 'user_deleted_externally') await updateUser(session, this.#user, { checkedAt: null });
    return refusal;
  }

  /** @returns why the user may still be in the group, or undefined when it is not */
  async remove(groupId: string): Promise<DoorFailure | undefined> {
    const { site, intents } = this.#parts;
    const begin = () => intents.begin(groupId, 'remove');
    const failure = await failureOf(site.removeFromGroup(groupId, this.#user.platformId, begin));
    if (failure !== undefined && isUnanswered(failure)) return failure;
    await intents.answered(groupId);
    return failure && (await this.#refusalOfRemoval(groupId, failure));
  }

  async #refusalOfAdd(groupId: string, failure: DoorFailure): Promise<DoorFailure | undefined> {
    if (failure.code !== 'request_refused') return this.#unlessSpreading(failure);
    return this.#unlessSo(groupId, true, failure);
  }

  /** Without the group or the user there is no membership either. */
  async #refusalOfRemoval(groupId: string, failure: DoorFailure): Promise<DoorFailure | undefined> {
    const refusal = this.#unlessSpreading(failure);
    if (refusal.code === 'group_missing' || refusal.code === 'user_deleted_externally') return undefined;
    return refusal.code === 'request_refused' ? this.#unlessSo(groupId, false, refusal) : refusal;
  }

  /** Salto's answers to "already there" and "not there" are not documented: a look tells them from a real refusal. */
  async #unlessSo(groupId: string, isMember: boolean, failure: DoorFailure): Promise<DoorFailure | undefined> {
    let isSo = false;
    const failedLook = await failureOf(
      this.#parts.site
        .groupMembers(groupId)
        .then((members) => (isSo = members.has(this.#user.platformId) === isMember)),
    );
    return isSo ? undefined : (failedLook ?? failure);
  }

  #unlessSpreading(failure: DoorFailure): DoorFailure {
    return unlessSpreading(failure, this.#user, this.#parts.session.now());
  }
}

async function failureOf(call: Promise<unknown>): Promise<DoorFailure | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return asDoorFailure(error);
  }
}

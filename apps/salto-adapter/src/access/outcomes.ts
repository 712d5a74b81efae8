import type { GroupOutcome } from '@latchkey/access-workflows';
import type { DoorFailure } from './failures.ts';
import type { Intents } from './intents.ts';

interface Entry {
  readonly outcome: GroupOutcome['outcome'];
  readonly failure?: DoorFailure;
  /** The attempt has to fail because of it: no verification will settle it. */
  readonly isFailed: boolean;
}

/** What became of each group in an attempt; a later word about a group replaces an earlier one. */
export class Outcomes {
  readonly #intents: Intents;
  readonly #byGroup = new Map<string, Entry>();

  constructor(intents: Intents) {
    this.#intents = intents;
  }

  set(groupId: string, outcome: GroupOutcome['outcome'], failure?: DoorFailure): void {
    this.#byGroup.set(groupId, { outcome, failure, isFailed: false });
  }

  setIfNone(groupId: string, outcome: GroupOutcome['outcome']): void {
    if (!this.#byGroup.has(groupId)) this.set(groupId, outcome);
  }

  /** It may work later. */
  fail(groupId: string, failure: DoorFailure): void {
    this.#byGroup.set(groupId, { outcome: 'pending', failure, isFailed: true });
  }

  /** A removal that waits for the add of `replacement` shares its fate. */
  hold(groupId: string, replacement: string): void {
    const { failure, isFailed = false } = this.#byGroup.get(replacement) ?? {};
    this.#byGroup.set(groupId, { outcome: 'pending', failure, isFailed });
  }

  isPending(groupId: string): boolean {
    return this.#byGroup.get(groupId)?.outcome === 'pending';
  }

  /** Why the attempt has to be repeated, if it has: what asks for the longest pause comes first. */
  failure(): DoorFailure | undefined {
    const failures = [...this.#byGroup.values()].flatMap(({ failure, isFailed }) =>
      isFailed && failure ? [failure] : [],
    );
    return failures.sort((a, b) => (b.retryAt ?? 0) - (a.retryAt ?? 0))[0];
  }

  groups(): GroupOutcome[] {
    return [...this.#byGroup].map(([groupId, { outcome, failure }]) => ({
      groupId,
      outcome,
      isOurs: this.#intents.isOurs(groupId),
      ...(failure && { failure: { code: failure.code, message: failure.message, retryAt: failure.retryAt } }),
    }));
  }
}

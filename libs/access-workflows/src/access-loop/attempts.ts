import { CancellationScope } from '@temporalio/workflow';
import { compareRevisions, type Entitlement } from '@latchkey/access-domain';
import type { DueRevision, RevisionOutcome } from '../activities.ts';
import { sendRevision } from './doors.ts';
import { failedResult } from './failed-result.ts';
import { pairKey } from './pair.ts';

/** How many members' revisions one workflow has with the adapter at a time. */
const maxPairsInFlight = 25;

interface Attempt {
  readonly revision: DueRevision;
  readonly scope: CancellationScope;
}

/** The revisions that are with the adapter, the newest per member only, and the answers not yet told to the planner. */
export class Attempts {
  private readonly entitlement: Entitlement;
  private readonly newest = new Map<string, Attempt>();
  private answers: RevisionOutcome[];

  constructor(entitlement: Entitlement, unreported: readonly RevisionOutcome[]) {
    this.entitlement = entitlement;
    this.answers = [...unreported];
  }

  get areAllAnswered(): boolean {
    return this.newest.size === 0;
  }

  get hasAnswers(): boolean {
    return this.answers.length > 0;
  }

  takeAnswers(): readonly RevisionOutcome[] {
    const taken = this.answers;
    this.answers = [];
    return taken;
  }

  /**
   * Sends what is not on its way already. A newer revision goes at once, although the older still runs: the adapter's
   * fence orders them, and the older's answer is nobody's concern any more.
   */
  send(due: readonly DueRevision[], traceparent: string | undefined): void {
    for (const revision of due) {
      const older = this.newest.get(pairKey(revision));
      const hasRoom = older !== undefined || this.newest.size < maxPairsInFlight;
      if (!hasRoom || this.isKnown(revision)) continue;
      older?.scope.cancel();
      this.start(revision, traceparent);
    }
  }

  /** On its way, or answered while the plan was made that asks for it once more. */
  private isKnown(due: DueRevision): boolean {
    const isSame = (other: Pick<RevisionOutcome, 'siteId' | 'memberId' | 'revision'>) =>
      pairKey(other) === pairKey(due) && compareRevisions(other.revision, due.revision) >= 0;
    const inFlight = this.newest.get(pairKey(due));
    return (inFlight !== undefined && isSame(inFlight.revision)) || this.answers.some(isSame);
  }

  private start(revision: DueRevision, traceparent: string | undefined): void {
    const request = { version: 1 as const, entitlement: this.entitlement, traceparent, ...revision };
    const attempt: Attempt = { revision, scope: new CancellationScope() };
    this.newest.set(pairKey(revision), attempt);
    void attempt.scope
      .run(() => sendRevision(request))
      .then(
        (result) => this.answer(attempt, result),
        (error: unknown) => this.answer(attempt, failedResult(error, Date.now())),
      );
  }

  private answer(attempt: Attempt, result: RevisionOutcome['result']): void {
    const { siteId, memberId, revision } = attempt.revision;
    const key = pairKey(attempt.revision);
    if (this.newest.get(key) !== attempt) return; // a newer one was sent
    this.newest.delete(key);
    this.answers.push({ siteId, memberId, revision, at: Date.now(), result });
  }
}

import { ApplicationFailure } from '@temporalio/common';
import type { Membership } from '@latchkey/access-domain';
import type {
  DisconnectionActivities,
  DisconnectionStep,
  LeavingActivities,
  ReadBackRequest,
} from '../disconnection/activities.ts';

/** The databases, the adapter and Salto KS of one disconnect, in memory. */
export class FakeLeaving implements LeavingActivities, DisconnectionActivities {
  /** How many grants are left to revoke, at each question; the last answer holds. */
  toRevoke: (number | null)[] = [0];
  /** What is left open, at each question; the last answer holds. */
  leftOpen: (readonly Membership[] | null)[] = [[{ memberId: 'ada', groupId: 'front-door' }]];
  /** How many users still hold a seat, at each question; the last answer holds. */
  hurried: number[] = [0];
  /** Connected again: every step from now on answers so. */
  isWithdrawn = false;
  isSaltoGone = false;
  /** What was done, in its order. */
  readonly done: string[] = [];
  questions = 0;

  countToRevoke(): Promise<number | null> {
    this.questions += 1;
    return Promise.resolve(this.toRevoke.length > 1 ? this.toRevoke.shift()! : this.toRevoke[0]!);
  }

  leftOpenBy(): Promise<readonly Membership[] | null> {
    return Promise.resolve(this.leftOpen.length > 1 ? this.leftOpen.shift()! : this.leftOpen[0]!);
  }

  hurrySeats(): Promise<void> {
    this.done.push('hurried');
    return Promise.resolve();
  }

  countHurried(): Promise<number> {
    return Promise.resolve(this.hurried.length > 1 ? this.hurried.shift()! : this.hurried[0]!);
  }

  endConnection(): Promise<DisconnectionStep> {
    return this.step('ended');
  }

  readLeftOpen({ memberships, isGivenUp }: ReadBackRequest): Promise<DisconnectionStep> {
    if (this.isSaltoGone && !isGivenUp) throw ApplicationFailure.nonRetryable('Salto KS answered 403');
    return this.step(`${isGivenUp ? 'noted' : 'read back'} ${memberships.length}`);
  }

  eraseTokens(): Promise<DisconnectionStep> {
    return this.step('erased');
  }

  private step(what: string): Promise<DisconnectionStep> {
    if (this.isWithdrawn) return Promise.resolve('withdrawn');
    this.done.push(what);
    return Promise.resolve('done');
  }
}

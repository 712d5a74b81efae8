import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { AccessPlan } from '../activities.ts';
import {
  cancelledSignal,
  changedSignal,
  planQuery,
  retryNowUpdate,
  type AccessInput,
  type Cause,
} from '../messages.ts';

/** What others have asked of the workflow since its last plan. */
export class Requests {
  private isLookAgainRaised = false;
  private isRetryNowRaised: boolean;
  /** The trace of the newest request, which whatever follows belongs to. */
  traceparent: string | undefined;

  constructor(input: AccessInput, currentPlan: () => AccessPlan | null) {
    this.isRetryNowRaised = input.retryNow ?? false;
    this.traceparent = input.traceparent;
    const lookAgain = ({ traceparent }: Cause) => {
      this.isLookAgainRaised = true;
      this.traceparent = traceparent ?? this.traceparent;
    };
    setHandler(changedSignal, lookAgain, {
      description: 'Plan again: something that decides about this access has changed. Input: {"cause": "…"}',
    });
    setHandler(cancelledSignal, lookAgain, {
      description: 'Plan again: the entitlement was cancelled in the database. Decides nothing by itself.',
    });
    setHandler(retryNowUpdate, () => void (this.isRetryNowRaised = true), {
      validator: () => refuseUnlessSomethingWaits(currentPlan()),
      description: 'Attempt now what waits for its next attempt. Refused when nothing waits.',
    });
    setHandler(planQuery, currentPlan, {
      description: 'The present plan: what should be true now, what is wrong, and when it next changes.',
    });
  }

  get areWaiting(): boolean {
    return this.isLookAgainRaised || this.isRetryNowRaised;
  }

  get retryNow(): boolean {
    return this.isRetryNowRaised;
  }

  /** Must come before the plan that answers them, so that one made meanwhile is seen afterwards. */
  take(): { retryNow: boolean } {
    const retryNow = this.isRetryNowRaised;
    this.isLookAgainRaised = false;
    this.isRetryNowRaised = false;
    return { retryNow };
  }
}

function refuseUnlessSomethingWaits(plan: AccessPlan | null): void {
  if (plan?.health === 'ok')
    throw ApplicationFailure.create({ type: 'nothing_waits', message: 'Nothing waits for a next attempt.' });
}

import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { Entitlement, EntitlementKind } from '@latchkey/access-domain';
import type { AccessPlan } from '../activities.ts';
import type { AccessInput } from '../messages.ts';
import { Alarm } from './alarm.ts';
import { Attempts } from './attempts.ts';
import { planAccess } from './planning.ts';
import { Preparation } from './preparation.ts';
import { Requests } from './requests.ts';
import { Visibility } from './visibility.ts';

/** How long answers are collected while more are outstanding, so that 25 of them do not cause 25 plans. */
const collectingMs = 2_000;

/**
 * Keeps the doors as the database says, until nothing is left to do: plan what should be true now and when that next
 * changes, send it to the adapter, sleep until the next change, an answer or a signal, and again.
 *
 * It decides nothing itself. Cancelling it ends it and leaves access as it is; the sweep starts it again.
 */
export async function keepAccess(kind: EntitlementKind, input: AccessInput): Promise<void> {
  await new AccessLoop({ kind, id: input.id }, input).run();
}

class AccessLoop {
  private readonly entitlement: Entitlement;
  private readonly input: AccessInput;
  private readonly requests: Requests;
  private readonly attempts: Attempts;
  private readonly wakeUp = new Alarm();
  private readonly preparation = new Preparation();
  private readonly visibility: Visibility;
  private plan: AccessPlan | null = null;

  constructor(entitlement: Entitlement, input: AccessInput) {
    this.entitlement = entitlement;
    this.input = input;
    this.requests = new Requests(input, () => this.plan);
    this.attempts = new Attempts(entitlement, input.unreported ?? []);
    this.visibility = new Visibility(entitlement);
  }

  async run(): Promise<void> {
    for (;;) {
      const plan = await this.planAgain();
      if (workflowInfo().continueAsNewSuggested && !plan.isOver) return this.continueInNewRun();
      this.attempts.send(plan.due, this.requests.traceparent);
      this.wakeUp.set(plan.isOver ? null : plan.wakeAt, plan.wakeSummary);
      this.preparation.schedule(plan.prepare);
      if (plan.isOver && (await this.isAllDone())) return;
      await this.sleepUntilSomethingHappens(plan);
    }
  }

  private async planAgain(): Promise<AccessPlan> {
    const { retryNow } = this.requests.take();
    const asOf = Date.now();
    this.plan = await planAccess({
      version: 1,
      entitlement: this.entitlement,
      asOf,
      outcomes: this.attempts.takeAnswers(),
      retryNow,
      traceparent: this.requests.traceparent,
    });
    this.visibility.show(this.plan, asOf, this.preparation.warning);
    return this.plan;
  }

  /** Something that must not wait for answers still outstanding. */
  private get isPressing(): boolean {
    return this.requests.areWaiting || this.wakeUp.hasRung;
  }

  private async sleepUntilSomethingHappens(plan: AccessPlan): Promise<void> {
    const isWoken = () => this.isPressing || this.attempts.hasAnswers;
    while (!isWoken()) {
      await condition(() => isWoken() || this.preparation.isDue);
      if (this.preparation.isDue) this.preparation.start(this.requests.traceparent, () => this.showWarning(plan));
    }
    if (this.isPressing || this.attempts.areAllAnswered) return;
    await condition(() => this.isPressing || this.attempts.areAllAnswered, collectingMs, {
      summary: 'collecting answers',
    });
  }

  /** True when the run may end: nobody asked for anything, and no answer is missing or untold. */
  private async isAllDone(): Promise<boolean> {
    await condition(() => this.requests.areWaiting || (this.attempts.areAllAnswered && allHandlersFinished()));
    return !this.requests.areWaiting && !this.attempts.hasAnswers;
  }

  /** The history has grown long. Answers are waited for, but never at the cost of somebody's request. */
  private async continueInNewRun(): Promise<never> {
    await condition(() => this.requests.areWaiting || this.attempts.areAllAnswered);
    await condition(allHandlersFinished);
    // Every run begins with a plan, so a request to look again needs no mention; revisions still out are sent anew.
    return continueAsNew<(input: AccessInput) => Promise<void>>({
      version: 1,
      id: this.input.id,
      traceparent: this.requests.traceparent,
      unreported: this.attempts.takeAnswers(),
      retryNow: this.requests.retryNow,
    });
  }

  private showWarning(plan: AccessPlan): void {
    this.visibility.showDetails(plan, this.preparation.warning);
  }
}

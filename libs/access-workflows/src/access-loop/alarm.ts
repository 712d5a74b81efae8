import { CancellationScope, sleep } from '@temporalio/workflow';
import { clipSummary } from '../clip-summary.ts';

/** A timer that is started anew only when its instant changes, so that plans in between cost no events. */
export class Alarm {
  private at: number | null = null;
  private scope: CancellationScope | undefined;
  private rang = false;

  get hasRung(): boolean {
    return this.rang;
  }

  /**
   * @param at epoch ms; null: not at all. An instant that has passed already rings a second later, lest a plan that
   *   asks for it again and again keep the workflow spinning.
   * @param summary why, for Temporal UI
   */
  set(at: number | null, summary: string): void {
    if (at === this.at && !this.rang) return;
    this.scope?.cancel();
    this.scope = undefined;
    this.at = at;
    this.rang = false;
    if (at !== null) this.start(at, summary);
  }

  private start(at: number, summary: string): void {
    const remaining = at - Date.now();
    const scope = new CancellationScope();
    this.scope = scope;
    void scope
      .run(() => sleep(remaining > 0 ? remaining : 1_000, { summary: clipSummary(summary) }))
      .then(
        () => {
          if (this.scope === scope) this.rang = true;
        },
        () => undefined, // cancelled, by the next instant or with the workflow
      );
  }
}

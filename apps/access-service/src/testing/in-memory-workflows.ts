import type { Entitlement } from '@latchkey/access-domain';
import { accessWorkflowId, type Cause } from '@latchkey/access-workflows';
import type { WakeupSignal } from '../ledger/wakeups.ts';
import { Workflows } from '../wakeups/workflows.ts';

/** Remembers what it was asked. */
export class InMemoryWorkflows extends Workflows {
  readonly signals: ({ entitlement: Entitlement; signal: WakeupSignal } & Cause)[] = [];
  readonly runningIds = new Set<string>();
  readonly started: Entitlement[] = [];
  isDown = false;
  /** What happens between the effect and the answer. */
  beforeAnswer: (() => Promise<void>) | undefined;

  override async wake(entitlement: Entitlement, signal: WakeupSignal, cause: Cause): Promise<void> {
    if (this.isDown) throw new Error('14 UNAVAILABLE');
    this.signals.push({ entitlement, signal, ...cause });
    this.runningIds.add(accessWorkflowId(entitlement));
    await this.beforeAnswer?.();
  }

  override start(entitlement: Entitlement): Promise<void> {
    this.started.push(entitlement);
    this.runningIds.add(accessWorkflowId(entitlement));
    return Promise.resolve();
  }

  override async *running(): AsyncIterable<string> {
    yield* await Promise.resolve([...this.runningIds]);
  }
}

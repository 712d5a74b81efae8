import type { Entitlement } from '@latchkey/access-domain';
import { accessWorkflowType, startOptions, wakeUpOptions, type Cause } from '@latchkey/access-workflows';
import type { Client } from '@temporalio/client';
import type { WakeupSignal } from '../ledger/wakeups.ts';
import { Workflows } from './workflows.ts';

const PAGE = 1_000;

/** The workflows on Temporal. */
export class TemporalWorkflows extends Workflows {
  readonly #client: Client;

  constructor(client: Client) {
    super();
    this.#client = client;
  }

  override async wake(entitlement: Entitlement, signal: WakeupSignal, cause: Cause): Promise<void> {
    const options = wakeUpOptions(entitlement, signal, { cause });
    await this.#client.workflow.signalWithStart(accessWorkflowType[entitlement.kind], options);
  }

  override async start(entitlement: Entitlement, cause: Cause): Promise<void> {
    await this.#client.workflow.start(accessWorkflowType[entitlement.kind], startOptions(entitlement, { cause }));
  }

  override async *running(): AsyncIterable<string> {
    const query = `ExecutionStatus = 'Running' AND EntitlementKind IS NOT NULL`;
    for await (const { workflowId } of this.#client.workflow.list({ query, pageSize: PAGE })) yield workflowId;
  }
}

import type { Entitlement } from '@latchkey/access-domain';
import { accessWorkflowId, retryNowUpdate } from '@latchkey/access-workflows';
import type { RetryAnswer } from '@latchkey/contracts';
import { unavailable } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { inLanes } from '../in-lanes.ts';
import { Workflows } from '../wakeups/workflows.ts';

type Retried = RetryAnswer['retried'][number];

const AT_ONCE = 20;
/** For all of them: an update that no worker takes would wait for ever. */
const DEADLINE_MS = 10_000;

/** Tells workflows that an administrator wants an attempt now. */
@Injectable()
export class WorkflowRetries {
  constructor(
    private readonly client: Client,
    private readonly workflows: Workflows,
  ) {}

  /** @throws Problem 503 `workflows_unavailable` while Temporal, or its workers, do not answer */
  async retry(entitlements: readonly Entitlement[]): Promise<Retried[]> {
    const retried: Retried[] = [];
    const all = inLanes(entitlements, AT_ONCE, async (entitlement) => {
      const outcome = await this.#retryOrStart(entitlement);
      retried.push({ entitlement, workflowId: accessWorkflowId(entitlement), outcome });
    });
    try {
      await all;
    } catch (cause) {
      throw unavailable('workflows_unavailable', 'The workflows of access do not answer just now.', 5, cause);
    }
    return retried;
  }

  /** One that is missing begins with a plan, which may say that the next attempt is to be awaited: so it is told too. */
  async #retryOrStart(entitlement: Entitlement): Promise<Retried['outcome']> {
    const found = await this.#tell(entitlement);
    if (found !== 'missing') return found;
    await this.workflows.start(entitlement, { cause: 'an administrator asked to retry now' });
    await this.#tell(entitlement);
    return 'started';
  }

  async #tell(entitlement: Entitlement): Promise<'retrying' | 'nothing_waits' | 'missing'> {
    const handle = this.client.workflow.getHandle(accessWorkflowId(entitlement));
    try {
      await this.client.withDeadline(Date.now() + DEADLINE_MS, () => handle.executeUpdate(retryNowUpdate));
      return 'retrying';
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return 'nothing_waits';
      if (error instanceof WorkflowNotFoundError) return 'missing';
      throw error;
    }
  }
}

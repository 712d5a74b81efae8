import type { Entitlement, EntitlementKind } from '@latchkey/access-domain';
import { accessWorkflowId } from '@latchkey/access-workflows';
import { inTransaction, logger } from '@latchkey/service-kit';
import type { DataSource } from 'typeorm';
import type { Epochs } from '../epochs/epochs.ts';
import type { Workflows } from './workflows.ts';

const log = logger('sweep');
const AT_ONCE = 20;

/**
 * Who needs a workflow: open rows; changes that no plan has seen (a workflow may have been terminated between the signal
 * and its plan); and revisions that nobody has confirmed, by the entitlement that caused them.
 */
const NEEDY = `
  SELECT DISTINCT kind, id FROM (
    SELECT entitlement_kind AS kind, entitlement_id AS id FROM grant_row WHERE phase IN ('open', 'revoking')
    UNION ALL
    SELECT kind, id FROM entitlement WHERE changed_no > planned_no
      AND NOT EXISTS (SELECT FROM wakeup WHERE entitlement_kind = kind AND entitlement_id = entitlement.id)
    UNION ALL
    SELECT caused_by_kind, caused_by_id FROM pair JOIN connection USING (site_id)
    WHERE (NOT is_confirmed OR forced_urgency IS NOT NULL OR epoch < (SELECT epoch FROM installation))
      AND connection.deleted_at IS NULL AND connection.status <> 'disconnected'
  ) AS needy`;

/** Starts the workflows that are missing. It decides nothing: a run with nothing to do ends after one plan. */
export class Sweep {
  readonly #dataSource: DataSource;
  readonly #workflows: Workflows;
  readonly #epochs: Epochs;

  constructor(dataSource: DataSource, workflows: Workflows, epochs: Epochs) {
    this.#dataSource = dataSource;
    this.#workflows = workflows;
    this.#epochs = epochs;
  }

  /** @returns how many workflows it started. Replicas may sweep at once: a workflow that runs is left alone. */
  async run(): Promise<number> {
    await inTransaction(this.#dataSource, (em) => this.#epochs.checkFingerprint(em));
    const missing = await this.#missing();
    const started = missing.length;
    const lanes = Array.from({ length: Math.min(AT_ONCE, started) }, async () => {
      for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
        await this.#workflows.start(next, { cause: 'no workflow was running' });
      }
    });
    await Promise.all(lanes);
    if (started > 0) log.warn({ started }, 'workflows were missing and have been started');
    return started;
  }

  /** Needy first, running second: what is started in between is then not missing. */
  async #missing(): Promise<Entitlement[]> {
    const needy: { kind: EntitlementKind; id: string }[] = await this.#dataSource.query(NEEDY);
    const missing = new Map(needy.map(({ kind, id }) => [accessWorkflowId({ kind, id }), { kind, id }]));
    if (missing.size === 0) return [];
    for await (const workflowId of this.#workflows.running()) missing.delete(workflowId);
    return [...missing.values()];
  }
}

import type { DriftDecisionAnswer, DriftDecisionRequest } from '@latchkey/contracts';
import { logger, unavailable } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import type { Wakeups } from '../ledger/wakeups.ts';
import { decideFindings } from './drift-decisions.ts';
import type { SiteCheckSchedules } from './site-check-schedules.ts';

const log = logger('drift');

/** Takes decisions, and has a check follow them at once. */
export class DriftDesk {
  readonly #wakeups: Wakeups;
  readonly #schedules: SiteCheckSchedules;

  constructor(wakeups: Wakeups, schedules: SiteCheckSchedules) {
    this.#wakeups = wakeups;
    this.#schedules = schedules;
  }

  decide(
    em: EntityManager,
    siteId: string,
    { decision, findingIds }: DriftDecisionRequest,
    decidedBy: string,
  ): Promise<DriftDecisionAnswer> {
    return decideFindings(em, this.#wakeups, { siteId, decision, findingIds, decidedBy, now: Date.now() });
  }

  /** @throws Problem 503 `workflows_unavailable` */
  async checkNow(siteId: string): Promise<void> {
    try {
      await this.#schedules.checkNow(siteId);
    } catch (cause) {
      throw unavailable('workflows_unavailable', 'The workflows of access do not answer just now.', 5, cause);
    }
  }

  /** The next check comes anyhow. */
  async checkSoon(siteId: string): Promise<void> {
    await this.#schedules.checkNow(siteId).catch((error: unknown) => log.warn({ siteId, error }, 'no check at once'));
  }
}

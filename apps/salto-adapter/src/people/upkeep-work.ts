import { isDatabaseUnavailable, logger, metrics } from '@latchkey/service-kit';
import { AttemptError, type DoorFailure } from '../access/failures.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { Work } from '../work-loop.ts';
import type { Upkeep, UpkeepResult } from './upkeep.ts';
import type { Claim, UpkeepQueue } from './upkeep-rows.ts';

const log = logger('upkeep');
const done = () => metrics.counter('salto_user_upkeeps_total', 'Upkeeps of Salto users, by outcome', ['outcome']);

/** Upkeeps at a time in a process: each holds a session. */
export const UPKEEP_LANES = 2;

/** What is due for Salto users: every worker does it, and its queue lets two of them do each thing once. */
export class UpkeepWork implements Work {
  readonly name = 'upkeep';
  readonly lanes = UPKEEP_LANES;
  readonly lookEveryMs = 1_000;
  readonly #queue: UpkeepQueue;
  readonly #upkeep: Upkeep;

  constructor(queue: UpkeepQueue, upkeep: Upkeep) {
    this.#queue = queue;
    this.#upkeep = upkeep;
  }

  readonly next = async (): Promise<boolean> => {
    const claim = await this.#queue.claim();
    if (claim === undefined) return false;
    const result = await this.#keepUp(claim);
    for (const { code } of result.failures) {
      log.warn({ siteId: claim.siteId, memberId: claim.memberId, code }, 'a Salto user could not be kept up');
    }
    done().inc({ outcome: result.failures[0]?.code ?? 'ok' });
    await this.#queue.finish(claim, result);
    return true;
  };

  async #keepUp(claim: Claim): Promise<UpkeepResult> {
    try {
      return await this.#upkeep.run(claim);
    } catch (error) {
      return { dueAt: null, failures: [asFailure(error)] };
    }
  }
}

function asFailure(error: unknown): DoorFailure {
  if (error instanceof SaltoKsError || error instanceof AttemptError) return error;
  if (isDatabaseUnavailable(error)) throw error;
  log.error({ error }, 'the upkeep of a Salto user failed');
  return new AttemptError('internal_error', 'later', 'the adapter failed; its log says why');
}

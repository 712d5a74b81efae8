import {
  ActivityFailure,
  condition,
  isCancellation,
  log,
  patched,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { SALTO_TASK_QUEUE } from '../activities.ts';
import type {
  DisconnectionActivities,
  DisconnectionInput,
  DisconnectionRequest,
  DisconnectionStep,
  LeavingActivities,
} from './activities.ts';
import { waitNoLongerSignal } from './messages.ts';

const { countToRevoke, leftOpenBy } = proxyLocalActivities<LeavingActivities>({
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '5 seconds',
  retry: { maximumInterval: '1 minute' },
});

/** Without an end: what was confirmed is done, also after a long outage. */
const lasting = proxyActivities<DisconnectionActivities>({
  taskQueue: SALTO_TASK_QUEUE,
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** Half an hour of trying. */
const patient = proxyActivities<DisconnectionActivities>({
  taskQueue: SALTO_TASK_QUEUE,
  startToCloseTimeout: '5 minutes',
  scheduleToCloseTimeout: '30 minutes',
  retry: { initialInterval: '5 seconds', maximumInterval: '2 minutes' },
});

/** Longer than any call to Salto that had begun before the connection ended. */
const SETTLE = '20 seconds';
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [1_000, 30_000];

/** Disconnects a location (S8): revoke all first if that was asked for, end, read back who is left, erase the tokens. */
export async function disconnection({ revokesFirst, ...request }: DisconnectionInput): Promise<DisconnectionStep> {
  let isWaiting = revokesFirst;
  setHandler(waitNoLongerSignal, () => void (isWaiting = false));
  await untilRevoked(request, () => isWaiting);
  // A run that is past this step when it gets the new code has no connection any more by which a seat could be given back.
  if (isWaiting && patched('seats-are-given-back')) await untilSeatsAreBack(request, () => isWaiting);
  setCurrentDetails('The connection ends.');
  if ((await lasting.endConnection(request)) === 'withdrawn') return 'withdrawn';
  await sleep(SETTLE, { summary: 'until calls that had begun have ended' });
  if ((await readBack(request)) === 'withdrawn') return 'withdrawn';
  return lasting.eraseTokens(request);
}

async function untilRevoked(request: DisconnectionRequest, isWaiting: () => boolean): Promise<void> {
  for (const pause = new Pause(); isWaiting();) {
    const count = await countToRevoke(request);
    if (count === 0) return;
    setCurrentDetails(`Everything is revoked first: ${count ?? 'an unknown number of'} grants are left.`);
    await condition(() => !isWaiting(), pause.nextMs(), { summary: 'until everything is revoked' });
  }
}

async function untilSeatsAreBack(request: DisconnectionRequest, isWaiting: () => boolean): Promise<void> {
  await lasting.hurrySeats(request);
  for (const pause = new Pause(); isWaiting();) {
    const count = await lasting.countHurried(request);
    if (count === 0) return;
    setCurrentDetails(`Everything is revoked. ${count} users still hold a seat that they are to give back.`);
    await condition(() => !isWaiting(), pause.nextMs(), { summary: 'until seats are given back' });
  }
}

async function readBack(request: DisconnectionRequest): Promise<DisconnectionStep> {
  const pause = new Pause();
  let memberships = await leftOpenBy(request);
  while (memberships === null) {
    await sleep(pause.nextMs(), { summary: 'until access-service has heard of the end' });
    memberships = await leftOpenBy(request);
  }
  try {
    return await patient.readLeftOpen({ ...request, memberships, isGivenUp: false });
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    log.warn('who is left could not be read back; our own records have to do', { error });
    return lasting.readLeftOpen({ ...request, memberships, isGivenUp: true });
  }
}

/** Growing pauses, up to half a minute. */
class Pause {
  private lastMs = FIRST_PAUSE_MS / 2;

  nextMs(): number {
    this.lastMs = Math.min(2 * this.lastMs, LONGEST_PAUSE_MS);
    return this.lastMs;
  }
}

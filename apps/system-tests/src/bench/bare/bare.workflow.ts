import { proxyActivities, proxyLocalActivities, sleep } from '@temporalio/workflow';

/** Of the bare workflows' workers. */
export interface BareActivities {
  plan(): Promise<void>;
  prepare(id: string): Promise<void>;
  apply(id: string): Promise<void>;
}

export interface BareInput {
  readonly id: string;
  /** Epoch ms. */
  readonly opensAt: number;
  readonly doorQueue: string;
}

const { plan } = proxyLocalActivities<BareActivities>({ startToCloseTimeout: '10 seconds' });

/**
 * The timers and activities of a booking whose member is prepared, and nothing else: no database, no Salto KS. What a
 * booking takes beyond it is ours.
 */
export async function bare({ id, opensAt, doorQueue }: BareInput): Promise<void> {
  const { prepare, apply } = proxyActivities<BareActivities>({
    taskQueue: doorQueue,
    startToCloseTimeout: '30 seconds',
  });
  await plan();
  const opening = sleep(opensAt - Date.now());
  await sleep(1_000);
  await prepare(id);
  await opening;
  await plan();
  await apply(id);
  await plan();
  await sleep('1 hour');
}

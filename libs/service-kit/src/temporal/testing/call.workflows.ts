import { proxyActivities } from '@temporalio/workflow';

/** Calls one activity, twice at most. */
export async function call(activity: string, input: unknown): Promise<unknown> {
  const activities = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>({
    startToCloseTimeout: '10 seconds',
    retry: { maximumAttempts: 2, initialInterval: '1 millisecond' },
  });
  return activities[activity]!(input);
}

import { sleep } from '@temporalio/workflow';
import { bookingAccess as unchanged } from '../booking-access/booking-access.workflow.ts';
import type { AccessInput } from '../messages.ts';

/** What nobody may ship: a step that no recorded run has taken. */
export async function bookingAccess(input: AccessInput): Promise<void> {
  await sleep(1_000);
  await unchanged(input);
}

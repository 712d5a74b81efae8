import { keepAccess } from '../access-loop/access-loop.ts';
import type { AccessInput } from '../messages.ts';

/** Lets a subscription's people through its doors for the subscription's period. */
export async function subscriptionAccess(input: AccessInput): Promise<void> {
  await keepAccess('subscription', input);
}

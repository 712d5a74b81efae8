import { keepAccess } from '../access-loop/access-loop.ts';
import type { AccessInput } from '../messages.ts';

/** Lets a booking's owner and invitees through its doors, from the grace period before it to the one after it. */
export async function bookingAccess(input: AccessInput): Promise<void> {
  await keepAccess('booking', input);
}

import { keepAccess } from '../access-loop/access-loop.ts';
import type { AccessInput } from '../messages.ts';

/** Lets a member through doors that an administrator granted by hand. */
export async function manualAccess(input: AccessInput): Promise<void> {
  await keepAccess('manual', input);
}

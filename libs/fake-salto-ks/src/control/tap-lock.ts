import { z } from 'zod';
import { entryFor } from '../door/entry.ts';
import { decideTap } from '../door/tap.ts';
import { json } from '../http/answer.ts';
import type { World } from '../world.ts';
import { badControl, controlRoute, unknownThing } from './control-route.ts';

const bodySchema = z
  .strictObject({
    /** The platform id. */
    user_id: z.string().optional(),
    email: z.string().optional(),
    /** How the door is tried; `pin_code` hides who it was when the lock does not know the PIN. */
    access_by: z.string().default('mobile_key'),
  })
  .refine(({ user_id, email }) => user_id !== undefined || email !== undefined, 'user_id or email is needed');

/** Somebody holds a key to the lock: answers whether it opens and why, and writes the entry that Salto would. */
export const tapLock = controlRoute({
  method: 'POST',
  path: '/_fake/locks/:lock/tap',
  body: bodySchema,
  handle: ({ world, body, param }) => {
    const lock = world.state.locks.get(param('lock'));
    if (!lock) throw unknownThing('lock');
    const userId = body.user_id ?? accountId(world, body.email ?? '');
    const now = world.now();
    const reason = decideTap(world.state, lock, userId, now);
    const entry = entryFor(world.state, lock, { userId, reason, accessBy: body.access_by, now });
    world.state.entries.add(lock.site_id, entry);
    return json(200, { opens: reason === 'opened', reason, entry });
  },
});

function accountId({ state }: World, email: string): string {
  const account = state.accounts.byEmail(email);
  // A person whom Salto never heard of has no key to hold to a lock.
  if (!account) throw badControl(`no account has the e-mail ${email}`);
  return account.id;
}

import { z } from 'zod';
import { holderOf } from '../door/credential.ts';
import { entryFor, UNKNOWN_PIN_USER_ID } from '../door/entry.ts';
import { rememberOpening } from '../door/offline-keys.ts';
import { decideTap, isOpening } from '../door/tap.ts';
import { json } from '../http/answer.ts';
import type { Lock } from '../state/locks.ts';
import type { World } from '../world.ts';
import { badControl, controlRoute, unknownThing } from './control-route.ts';

const bodySchema = z
  .strictObject({
    /** The platform id. */
    user_id: z.string().optional(),
    email: z.string().optional(),
    /** Digits typed at the lock. */
    pin: z.string().optional(),
    /** The mobile key of a phone. */
    mkey_data: z.string().optional(),
    /** How the door is tried; `pin_code` hides who it was when the lock does not know the PIN. */
    access_by: z.string().optional(),
  })
  .refine(
    ({ user_id, email, pin, mkey_data }) => [user_id, email, pin, mkey_data].filter(Boolean).length === 1,
    'one of user_id, email, pin, mkey_data is needed',
  );
type Body = z.infer<typeof bodySchema>;

/** Somebody holds a key to the lock: answers whether it opens and why, and writes the entry that Salto would. */
export const tapLock = controlRoute<Body>({
  method: 'POST',
  path: '/_fake/locks/:lock/tap',
  body: bodySchema,
  handle: ({ world, body, param }) => {
    const lock = world.state.locks.get(param('lock'));
    if (!lock) throw unknownThing('lock');
    const userId = whoTaps(world, lock, body);
    const accessBy = body.access_by ?? (body.pin === undefined ? 'mobile_key' : 'pin_code');
    const now = world.now();
    const reason = decideTap(world.state, lock, userId, now, { isByPin: body.pin !== undefined });
    // That an opening off line prolongs the time is nowhere documented.
    if (reason === 'opened') rememberOpening(world.state, lock, userId, now);
    const entry = entryFor(world.state, lock, { userId, reason, accessBy, now });
    world.state.entries.add(lock.site_id, entry);
    return json(200, { opens: isOpening(reason), reason, entry });
  },
});

/** The platform id of whoever taps. */
function whoTaps({ state, now }: World, lock: Lock, { user_id, email, pin, mkey_data }: Body): string {
  if (user_id !== undefined) return user_id;
  if (email === undefined) return holderOf(state, lock.site_id, { pin, mkey_data }, now()) ?? UNKNOWN_PIN_USER_ID;
  const account = state.accounts.byEmail(email);
  // A person whom Salto never heard of has no key to hold to a lock.
  if (!account) throw badControl(`no account has the e-mail ${email}`);
  return account.id;
}

import { z } from 'zod';
import { entryFor } from '../../door/entry.ts';
import { decideTap, isLockOnline } from '../../door/tap.ts';
import { json } from '../../http/answer.ts';
import { guessed, measured } from '../../http/errors.ts';
import { activationId } from '../../state/iqs.ts';
import type { Lock } from '../../state/locks.ts';
import { siteRoute, type SiteCall } from '../api-route.ts';
import { requireOtp } from '../iqs/require-otp.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { findLock } from './find-lock.ts';
import { lockView } from './lock-view.ts';

/** How long a lock stays open after a remote opening; a guess. */
const UNLOCKED_MS = 6_000;

const bodySchema = z.object({ locked_state: z.enum(['unlocked', 'locked']), otp: z.string().min(1).optional() });
type Body = z.infer<typeof bodySchema>;

/**
 * Opens a lock from afar; v1.1 and v1.2 both work (measured). Needs the caller's `remote_access` and, where the lock's
 * IQ wants one, a one-time code. That administrators open every lock, and others those that they have access to, is a
 * guess.
 */
export const changeLocking = siteRoute<Body>({
  method: 'PATCH',
  path: '/:version(v1.1|v1.2)/sites/:site/locks/:lock/locking',
  anyUser: true,
  body: bodySchema,
  handle: (call) => {
    const { state, me, body, now } = call;
    requireSubscription(call);
    const lock = findLock(call, call.param('lock'));
    if (!me.remote_access) throw guessed.missingRole();
    requireCode(call, lock);
    if (!isLockOnline(state, lock)) throw guessed.lockOffline();
    const reason = decideTap(state, lock, me.user_id, now);
    if (reason !== 'opened' && !me.role_codes.includes('site_admin')) throw guessed.missingRole();
    lock.unlocked_until = body.locked_state === 'unlocked' ? now + UNLOCKED_MS : null;
    if (body.locked_state === 'unlocked') {
      const opening = { userId: me.user_id, reason: 'opened', accessBy: 'remote', now } as const;
      state.entries.add(lock.site_id, entryFor(state, lock, opening));
    }
    return json(200, lockView(state, lock, now));
  },
});

/** A code that is wrong, early or missing never reaches the lock: no entry tells of it (measured). */
function requireCode({ state, caller, body, now }: SiteCall<Body>, lock: Lock): void {
  const iq = state.iqs.get(lock.iq_id ?? '');
  if (!iq?.otp_enabled) return;
  if (body.otp === undefined) throw measured.otpMissing();
  const activation = state.iqActivations.get(activationId(iq.id, caller.id));
  if (!activation) throw measured.pinOfAccessorNotFound();
  if (activation.activated_at === null) throw guessed.pinNotChanged();
  const { pin_at_iq: pin } = activation;
  requireOtp({ state, activation, pin, command: 'locking', otp: body.otp, now });
}

import { isLockOnline } from '../../door/tap.ts';
import type { Lock } from '../../state/locks.ts';
import type { State } from '../../state/state.ts';

export const lockFields = ['id', 'customer_reference', 'lock_type', 'online'];

/** A lock as Salto shows it: nothing in it says to which site it belongs (measured). `now` is epoch ms. */
export function lockView(state: State, lock: Lock, now: number) {
  const iq = state.iqs.get(lock.iq_id ?? '');
  return {
    id: lock.id,
    customer_reference: lock.customer_reference,
    lock_type: lock.lock_type,
    online: isLockOnline(state, lock),
    locked_state: (lock.unlocked_until ?? 0) > now ? 'unlocked' : 'locked',
    battery_level: 'fresh',
    privacy_mode: false,
    communication_type: 'blue_net',
    vendor: { reference: 'sallis' },
    iq: iq ? { id: iq.id, customer_reference: iq.customer_reference, otp_enabled: iq.otp_enabled } : null,
  };
}

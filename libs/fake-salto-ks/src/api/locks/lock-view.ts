import type { Lock } from '../../state/locks.ts';

export const lockFields = ['id', 'customer_reference', 'lock_type', 'online'];

/** A lock as Salto shows it: nothing in it says to which site it belongs (measured). */
export function lockView({ id, customer_reference, lock_type, online }: Lock) {
  return {
    id,
    customer_reference,
    lock_type,
    online,
    locked_state: 'locked',
    battery_level: 'fresh',
    privacy_mode: false,
  };
}

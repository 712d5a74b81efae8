import { eventually } from '@latchkey/test-kit';
import type { System } from '../../system/system.ts';
import type { Booked } from '../cast/book.ts';
import { grantTimes } from './outboxes.ts';

const PATIENCE = { timeoutMs: 20 * 60_000, intervalMs: 1_000 } as const;

/** Waits until access-service has said of each booking's grant that it is so; gives when, epoch ms, in their order. */
export function settled(system: System, booked: readonly Booked[], status: 'active' | 'ended'): Promise<number[]> {
  const ids = booked.map(({ booking }) => booking.id);
  return eventually(async () => {
    const times = await grantTimes(system, ids, status);
    const missing = ids.filter((id) => !times.has(id));
    if (missing.length > 0) throw new Error(`${missing.length} of ${ids.length} grants are not ${status}`);
    return ids.map((id) => times.get(id) ?? 0);
  }, PATIENCE);
}

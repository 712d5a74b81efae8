import { inTransaction, PermanentlyRejected, type HandledAs } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';

/** Data exceptions (class 22), and rows that break a NOT NULL or CHECK: trying again cannot help. */
const refusedForGood = /^(22...|23502|23514)$/;

/**
 * Handles an event in one transaction.
 * @throws PermanentlyRejected where the event itself is the trouble: a value that cannot be stored, a date that no
 *   calendar has, a mistake of ours that it brings out. It would hold up its partition for ever; as a dead letter it can
 *   be redriven, and the comparison with the gateway asks for it too. Anything else is a dependency that fails.
 */
export async function handleEvent(
  dataSource: DataSource,
  handle: (em: EntityManager) => Promise<HandledAs>,
): Promise<HandledAs> {
  try {
    return await inTransaction(dataSource, handle);
  } catch (error) {
    if (isPoison(error)) throw new PermanentlyRejected('event_refused', messageOf(error), { cause: error });
    throw error;
  }
}

function isPoison(error: unknown): boolean {
  const { code } = (error as { driverError?: { code?: unknown } }).driverError ?? {};
  if (typeof code === 'string') return refusedForGood.test(code);
  return error instanceof RangeError || error instanceof TypeError;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { DataSource, EntityManager } from 'typeorm';
import { logger } from '../logging/logger.ts';

const log = logger('transaction');
const AFTER_COMMIT = 'latchkey:after-commit';

type Effect = () => void;

/** Runs `fn` in one transaction. What `onCommit` registered runs once it is committed, and never otherwise. */
export async function inTransaction<T>(dataSource: DataSource, fn: (em: EntityManager) => Promise<T>): Promise<T> {
  const effects: Effect[] = [];
  const result = await dataSource.transaction(async (em) => {
    dataOf(em)[AFTER_COMMIT] = effects;
    return fn(em);
  });
  for (const effect of effects) run(effect);
  return result;
}

/**
 * Runs `effect` after the commit of the transaction that `em` belongs to. Only for hints (wake the outbox relay): the
 * process may die between the commit and the effect, so nothing may depend on it.
 */
export function onCommit(em: EntityManager, effect: Effect): void {
  const effects = dataOf(em)[AFTER_COMMIT] as Effect[] | undefined;
  if (effects === undefined) throw new Error('onCommit needs the entity manager of inTransaction or @Transaction()');
  // Once per transaction is enough, however many events it wrote.
  if (!effects.includes(effect)) effects.push(effect);
}

function dataOf(em: EntityManager): Record<string, unknown> {
  return em.queryRunner?.data ?? {};
}

function run(effect: Effect): void {
  try {
    effect();
  } catch (error) {
    log.error({ error }, 'an effect after a commit failed');
  }
}

import type { EntityManager } from 'typeorm';

/** Waits for the named lock; it is held until the transaction ends. */
export async function advisoryLock(em: EntityManager, name: string): Promise<void> {
  await em.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [name]);
}

/** Takes the named lock until the transaction ends, or says at once that another holds it. */
export async function tryAdvisoryLock(em: EntityManager, name: string): Promise<boolean> {
  const rows: { locked: boolean }[] = await em.query(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked',
    [name],
  );
  return rows[0]?.locked === true;
}

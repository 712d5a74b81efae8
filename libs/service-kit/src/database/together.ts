/**
 * Statements of one transaction that need no other's answer: they are sent at once, and run in the order given. Fails
 * with the first failure, but not before all have ended: what still ran would come after the rollback, and stay.
 */
export async function together<T extends readonly unknown[]>(
  ...statements: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  const all = Promise.all(statements);
  all.catch(() => undefined); // it is awaited below
  await Promise.allSettled(statements);
  return all as Promise<unknown> as Promise<T>;
}

import type { EntityManager } from 'typeorm';

/** A fact that the plans of several entitlements read. */
export type SharedFact =
  | { readonly kind: 'location' | 'company'; readonly id: string }
  | { readonly kind: 'setting'; readonly of: 'plan' | 'resource' | 'subscription_item'; readonly id: string };

/**
 * Taken first by whoever writes an entitlement that reads these facts, and held until the transaction ends. Without it
 * a change of the fact, which wakes the entitlements that it sees, could miss the one that is being written, whose own
 * plan would in turn still see the old fact. Writers of entitlements do not wait for each other.
 */
export function lockForReading(em: EntityManager, facts: readonly SharedFact[]): Promise<void> {
  return lock(em, 'pg_advisory_xact_lock_shared', facts);
}

/** Taken first by whoever changes such a fact: the entitlements to wake are then all there to be seen. */
export function lockForChange(em: EntityManager, fact: SharedFact): Promise<void> {
  return lock(em, 'pg_advisory_xact_lock', [fact]);
}

async function lock(em: EntityManager, take: string, facts: readonly SharedFact[]): Promise<void> {
  const names = [...new Set(facts.map(nameOf))].sort();
  // One statement each: PostgreSQL promises no order of calls within one.
  for (const name of names) await em.query(`SELECT ${take}(hashtextextended($1, 0))`, [name]);
}

function nameOf(fact: SharedFact): string {
  return fact.kind === 'setting' ? `setting of ${fact.of} ${fact.id}` : `${fact.kind} ${fact.id}`;
}

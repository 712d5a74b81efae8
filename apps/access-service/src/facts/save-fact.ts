import { compareVersions, type HandledAs } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';

/** The projections of the billing gateway's aggregates; each has `id`, `version` and `deleted_at`. */
export type FactTable = 'location' | 'plan' | 'resource' | 'person' | 'company' | 'subscription' | 'booking';

/** What a row becomes: its columns by name. */
export type Columns = Readonly<Record<string, unknown>>;

/**
 * Stores an aggregate's state, unless this version or a newer one is known; locks its row either way.
 * @returns nothing where it was stored, else why not
 */
export function saveState(
  em: EntityManager,
  table: FactTable,
  of: { readonly id: string; readonly version: number },
  columns: Columns,
): Promise<HandledAs> {
  return saveFact(em, table, of, { ...columns, deleted_at: null });
}

/** Turns an aggregate's row into its tombstone, also where nothing was known of it. Returns as `saveState` does. */
export function saveTombstone(
  em: EntityManager,
  table: FactTable,
  of: { readonly id: string; readonly version: number },
  deletedAt: string,
): Promise<HandledAs> {
  return saveFact(em, table, of, { deleted_at: deletedAt });
}

async function saveFact(
  em: EntityManager,
  table: FactTable,
  { id, version }: { readonly id: string; readonly version: number },
  columns: Columns,
): Promise<HandledAs> {
  const names = ['version', ...Object.keys(columns)];
  const places = names.map((_, index) => `$${index + 2}`);
  const stored: unknown[] = await em.query(
    `INSERT INTO ${table} AS known (id, ${names.join(', ')}) VALUES ($1, ${places.join(', ')})
     ON CONFLICT (id) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
     WHERE known.version < excluded.version
     RETURNING id`,
    [id, version, ...Object.values(columns)],
  );
  return stored.length > 0 ? undefined : whyNot(em, table, id, version);
}

async function whyNot(em: EntityManager, table: FactTable, id: string, version: number): Promise<HandledAs> {
  const [known]: { version: string }[] = await em.query(`SELECT version FROM ${table} WHERE id = $1`, [id]);
  return compareVersions(Number(known?.version), version) === 'duplicate' ? 'duplicate' : 'stale';
}

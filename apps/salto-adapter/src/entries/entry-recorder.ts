import { entryEvents, type EntryState } from '@latchkey/contracts';
import { inTransaction, metrics, onCommit, type Outbox } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { queriesOf, type Queries } from '../database/queries.ts';
import type { Entry } from './entry.ts';

export interface EntryRecorderParts {
  readonly dataSource: DataSource;
  readonly outbox: Outbox;
  /** Of the member's groups those that open the lock; null when that cannot be known now. */
  readonly groupsWithLock: (siteId: string, memberId: string, lockId: string) => Promise<string[] | null>;
}

export interface RecordOptions {
  readonly via: 'hub' | 'poll';
  /** Everything up to this instant (epoch ms) is read when these are recorded. */
  readonly readTo?: number;
}

interface LogRow {
  readonly recordedNo: string;
  /** Epoch ms. */
  readonly since: number;
}

const counted = () => metrics.counter('salto_entries_total', 'Entries of doors that were told', ['outcome', 'via']);

/**
 * Tells of entries, each once, whoever found it and how often: the event, the entry's id and how far the site is read
 * are one transaction, under the lock of the site's row.
 */
export class EntryRecorder {
  readonly #parts: EntryRecorderParts;

  constructor(parts: EntryRecorderParts) {
    this.#parts = parts;
  }

  /** @returns those that were new */
  async record(siteId: string, entries: readonly Entry[], { via, readTo }: RecordOptions): Promise<Entry[]> {
    const { dataSource } = this.#parts;
    const groups = await this.#groupsOfRefused(siteId, entries);
    return inTransaction(dataSource, async (em) => {
      const database = queriesOf(em);
      const log = await lockLog(database, siteId);
      if (log === undefined) return [];
      const unseen = await noteSeen(
        database,
        siteId,
        entries.filter(({ at }) => at >= log.since),
      );
      await this.#publish(em, siteId, unseen, { groups, recordedNo: Number(log.recordedNo) });
      await saveLog(database, siteId, unseen.length, readTo);
      onCommit(em, () => {
        for (const { outcome } of unseen) counted().inc({ outcome, via });
      });
      return unseen;
    });
  }

  /** Asked of Salto, so before the transaction. */
  async #groupsOfRefused(siteId: string, entries: readonly Entry[]): Promise<ReadonlyMap<string, string[] | null>> {
    const { dataSource, groupsWithLock } = this.#parts;
    const refused = entries.filter(({ outcome }) => outcome === 'refused');
    const groups = new Map<string, string[] | null>();
    if (refused.length === 0) return groups;
    const database = queriesOf(dataSource);
    const unseen = await withoutSeen(database, siteId, refused);
    const members = await membersOf(database, siteId, unseen);
    for (const { id, platformId, lockId } of unseen) {
      const memberId = members.get(platformId ?? '');
      if (memberId !== undefined) groups.set(id, await groupsWithLock(siteId, memberId, lockId));
    }
    return groups;
  }

  async #publish(
    em: EntityManager,
    siteId: string,
    entries: readonly Entry[],
    { groups, recordedNo }: { groups: ReadonlyMap<string, string[] | null>; recordedNo: number },
  ): Promise<void> {
    if (entries.length === 0) return;
    const database = queriesOf(em);
    const members = await membersOf(database, siteId, entries);
    const locationIds = await locationsOf(database, siteId);
    for (const [index, { id, lockId, platformId, outcome, reason, accessBy, at }] of entries.entries()) {
      const data: EntryState = {
        ...{ id, siteId, locationIds, lockId, outcome, reason, accessBy },
        memberId: members.get(platformId ?? '') ?? null,
        at: new Date(at).toISOString(),
        groupIds: groups.get(id) ?? null,
      };
      const version = recordedNo + index + 1;
      await this.#parts.outbox.append(em, entryEvents.recorded, { version, occurredAt: Date.now(), data });
    }
  }
}

async function lockLog(database: Queries, siteId: string): Promise<LogRow | undefined> {
  const [row] = await database.query<LogRow>(
    `SELECT recorded_no AS "recordedNo", (extract(epoch FROM since) * 1000)::float8 AS since
       FROM entry_log WHERE site_id = $1 AND since IS NOT NULL FOR UPDATE`,
    [siteId],
  );
  return row;
}

/** @returns those that were not noted before, the earliest at its door first */
async function noteSeen(database: Queries, siteId: string, entries: readonly Entry[]): Promise<Entry[]> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  if (byId.size === 0) return [];
  const rows = await database.query<{ id: string }>(
    `INSERT INTO entry_seen (site_id, entry_id) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING
     RETURNING entry_id AS id`,
    [siteId, [...byId.keys()]],
  );
  return rows.flatMap(({ id }) => byId.get(id) ?? []).sort((one, other) => one.at - other.at);
}

async function withoutSeen(database: Queries, siteId: string, entries: readonly Entry[]): Promise<Entry[]> {
  const rows = await database.query<{ id: string }>(
    'SELECT entry_id AS id FROM entry_seen WHERE site_id = $1 AND entry_id = ANY($2)',
    [siteId, entries.map(({ id }) => id)],
  );
  const seen = new Set(rows.map(({ id }) => id));
  return entries.filter(({ id }) => !seen.has(id));
}

/** Our members by their platform ids at Salto; whoever else was at a door stays unnamed. */
async function membersOf(
  database: Queries,
  siteId: string,
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, string>> {
  const platformIds = [...new Set(entries.flatMap(({ platformId }) => platformId ?? []))];
  const rows = await database.query<{ platformId: string; memberId: string }>(
    `SELECT platform_id AS "platformId", member_id AS "memberId" FROM salto_user
      WHERE site_id = $1 AND platform_id = ANY($2)`,
    [siteId, platformIds],
  );
  return new Map(rows.map(({ platformId, memberId }) => [platformId, memberId]));
}

async function locationsOf(database: Queries, siteId: string): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `SELECT location_id AS id FROM connection WHERE site_id = $1 AND status <> 'disconnected' ORDER BY location_id`,
    [siteId],
  );
  return rows.map(({ id }) => id);
}

async function saveLog(database: Queries, siteId: string, recorded: number, readTo?: number): Promise<void> {
  await database.query(
    `UPDATE entry_log SET recorded_no = recorded_no + $2,
            read_to = greatest(read_to, least(to_timestamp($3::float8 / 1000), clock_timestamp()))
      WHERE site_id = $1`,
    [siteId, recorded, readTo ?? 0],
  );
}

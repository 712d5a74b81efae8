import { connectionEvents, type ConnectionState } from '@latchkey/contracts';
import { compareVersions, OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { DataSource, type EntityManager } from 'typeorm';
import { lockForChange } from '../facts/fact-locks.ts';
import { handleEvent } from '../facts/handle-event.ts';
import { Ledger } from '../ledger/ledger.ts';

/** Which site a location's doors are at, and whether the adapter can work there. A location has one connection. */
@Controller()
export class ConnectionsConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
  ) {}

  @OnEvent(connectionEvents.changed)
  changed({ event: { data, version } }: Received<typeof connectionEvents.changed>): Promise<HandledAs> {
    const { locationId, siteId, status } = data;
    return handleEvent(this.dataSource, async (em) => {
      await lockForChange(em, { kind: 'location', id: locationId });
      const known = await readConnection(em, locationId);
      const handled = await saveConnection(em, data, version);
      // Who sees the digital key is nothing that a plan reads.
      if (handled === undefined && isDeepStrictEqual(known, { id: data.id, siteId, status })) return handled;
      const cause = `connection of location ${locationId} to site ${siteId}: ${status}`;
      await this.ledger.connectionChanged(em, locationId, { signal: 'changed', cause });
      return handled;
    });
  }

  @OnEvent(connectionEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof connectionEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    return handleEvent(this.dataSource, async (em) => {
      const [known]: { location_id: string }[] = await em.query('SELECT location_id FROM connection WHERE id = $1', [
        id,
      ]);
      // One that was never known has given no access, and there is no older word of it that could be redriven.
      if (known === undefined) return 'stale';
      await lockForChange(em, { kind: 'location', id: known.location_id });
      const [deleted]: [unknown[], number] = await em.query(
        'UPDATE connection SET version = $2, deleted_at = $3 WHERE id = $1 AND version < $2 RETURNING id',
        [id, version, deletedAt],
      );
      const cause = `connection of location ${known.location_id} deleted`;
      await this.ledger.connectionChanged(em, known.location_id, { signal: 'changed', cause });
      return deleted.length > 0 ? undefined : 'stale';
    });
  }
}

/** What plans read of a connection. */
async function readConnection(em: EntityManager, locationId: string): Promise<object | undefined> {
  const [known]: object[] = await em.query(
    'SELECT id, site_id AS "siteId", status FROM connection WHERE location_id = $1 AND deleted_at IS NULL',
    [locationId],
  );
  return known;
}

/** A new connection takes the place of one that was deleted, whose version says nothing about it. */
async function saveConnection(em: EntityManager, connection: ConnectionState, version: number): Promise<HandledAs> {
  const { id, locationId, siteId, status, keyVisibility } = connection;
  const stored: unknown[] = await em.query(
    `INSERT INTO connection AS known (location_id, id, version, site_id, status, key_visibility)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (location_id) DO UPDATE SET id = excluded.id, version = excluded.version, site_id = excluded.site_id,
       status = excluded.status, key_visibility = excluded.key_visibility, deleted_at = NULL
     WHERE known.version < excluded.version OR (known.id <> excluded.id AND known.deleted_at IS NOT NULL)
     RETURNING id`,
    [locationId, id, version, siteId, status, keyVisibility],
  );
  if (stored.length > 0) return undefined;
  const [known]: { version: string }[] = await em.query('SELECT version FROM connection WHERE location_id = $1', [
    locationId,
  ]);
  return compareVersions(Number(known?.version), version) === 'duplicate' ? 'duplicate' : 'stale';
}

import { randomUUID } from 'node:crypto';
import type { DisconnectionBody, NewDisconnection } from '@latchkey/contracts';
import { advisoryLock, conflict, inTransaction, notFound } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { failureOf } from '../connections/connection-failures.ts';
import type { Connection, ConnectionRepository } from '../connections/connection.repository.ts';
import type { Connections } from '../connections/connections.ts';
import { queriesOf } from '../database/queries.ts';
import { disconnectionBodyOf, latestOf, markEnded, save } from './disconnection.repository.ts';

/** Takes the wish to disconnect a location (S8); a workflow does the rest. */
export class Disconnections {
  readonly #dataSource: DataSource;
  readonly #rows: ConnectionRepository;
  readonly #connections: Connections;

  constructor(dataSource: DataSource, rows: ConnectionRepository, connections: Connections) {
    this.#dataSource = dataSource;
    this.#rows = rows;
    this.#connections = connections;
  }

  /** @throws Problem 404 `disconnection_not_found` */
  async read(locationId: string): Promise<DisconnectionBody> {
    const database = queriesOf(this.#dataSource);
    const latest = await latestOf(database, locationId);
    if (latest === undefined) throw notFound('disconnection', locationId);
    return disconnectionBodyOf(database, latest);
  }

  /**
   * Without `revokesFirst` nothing is granted or revoked from the commit on. Repeatable.
   * @throws Problem 404 `connection_not_found`, 409 `site_not_as_shown`, `connection_not_working`
   */
  request(locationId: string, wish: NewDisconnection, requestedBy: string): Promise<DisconnectionBody> {
    return inTransaction(this.#dataSource, async (em) => {
      await advisoryLock(em, `connection of ${locationId}`);
      const connection = await this.#rows.lock(queriesOf(em), locationId);
      if (connection === undefined) throw notFound('connection', locationId);
      return this.#disconnect(em, connection, wish, requestedBy);
    });
  }

  async #disconnect(
    em: EntityManager,
    connection: Connection,
    { siteId, revokesFirst }: NewDisconnection,
    requestedBy: string,
  ): Promise<DisconnectionBody> {
    const { locationId, status } = connection;
    if (siteId !== connection.siteId) throw notAsShown(connection.siteId);
    if (revokesFirst && status !== 'disconnected' && failureOf(status) !== undefined) throw notWorking(status);
    const queries = queriesOf(em);
    const one = await save(queries, { id: randomUUID(), locationId, siteId, revokesFirst, requestedBy });
    const isEnding = !one.revokesFirst;
    await this.#connections.end(em, connection, isEnding ? 'disconnected' : 'disconnecting');
    if (isEnding) await markEnded(queries, one.id);
    return disconnectionBodyOf(queries, (await latestOf(queries, locationId)) ?? one);
  }
}

function notAsShown(presentSiteId: string) {
  return conflict(
    'site_not_as_shown',
    'The location is connected to another site than the one named.',
    'Look at the connection again, and disconnect from the site that it shows.',
    { presentSiteId },
  );
}

function notWorking(status: string) {
  return conflict(
    'connection_not_working',
    `Nothing can be revoked while the connection does not work (${status}).`,
    'Reconnect first, or disconnect without revoking: then you get the list of who is left.',
  );
}

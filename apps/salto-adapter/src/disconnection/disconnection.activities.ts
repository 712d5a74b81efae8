import type { Membership } from '@latchkey/access-domain';
import type {
  DisconnectionActivities,
  DisconnectionRequest,
  DisconnectionStep,
  ReadBackRequest,
} from '@latchkey/access-workflows';
import { inTransaction } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { attempted } from '../access/attempted.ts';
import { asDoorFailure, NotYetItsTurn, RepeatedAttempt } from '../access/failures.ts';
import type { Connection, ConnectionRepository } from '../connections/connection.repository.ts';
import type { Connections } from '../connections/connections.ts';
import type { DiscardedTokens } from '../connections/discarded-tokens.ts';
import { queriesOf, type Queries } from '../database/queries.ts';
import { countHurried, hurrySeats } from '../people/upkeep-rows.ts';
import { lockDisconnection, markDone, markEnded, saveLeftOpen } from './disconnection.repository.ts';

export interface DisconnectingParts {
  readonly dataSource: DataSource;
  readonly rows: ConnectionRepository;
  readonly connections: Connections;
  readonly discarded: DiscardedTokens;
}

/**
 * The steps of a disconnect. Each looks first whether the location was connected to the site again meanwhile. One that is
 * at another site by now has left this one: its connection, and the tokens that it has, are none of the disconnect's.
 */
export class Disconnecting implements DisconnectionActivities {
  readonly #parts: DisconnectingParts;

  constructor(parts: DisconnectingParts) {
    this.#parts = parts;
  }

  // Temporal takes an object's own functions.
  readonly hurrySeats = (request: DisconnectionRequest): Promise<void> =>
    attempted(request, () => hurrySeats(queriesOf(this.#parts.dataSource), request.siteId));

  readonly countHurried = (request: DisconnectionRequest): Promise<number> =>
    attempted(request, () => countHurried(queriesOf(this.#parts.dataSource), request.siteId));

  readonly endConnection = (request: DisconnectionRequest): Promise<DisconnectionStep> =>
    this.#step(request, async (em, connection) => {
      if (connection !== undefined) await this.#parts.connections.end(em, connection, 'disconnected');
      await markEnded(queriesOf(em), request.disconnectionId);
    });

  readonly readLeftOpen = (request: ReadBackRequest): Promise<DisconnectionStep> =>
    attempted(request, async () => {
      const { disconnectionId, memberships, isGivenUp } = request;
      const seen = isGivenUp ? undefined : await this.#seen(request);
      return this.#step(request, (em) =>
        saveLeftOpen(queriesOf(em), disconnectionId, seen ?? memberships, seen !== undefined),
      );
    });

  readonly eraseTokens = (request: DisconnectionRequest): Promise<DisconnectionStep> =>
    this.#step(request, async (em, connection) => {
      const queries = queriesOf(em);
      if (connection !== undefined) {
        await this.#parts.discarded.ofConnection(queries, connection.locationId);
        await this.#parts.rows.eraseTokens(queries, connection.locationId);
      }
      await markDone(queries, request.disconnectionId);
    });

  /** @param work gets the connection as long as it is the one to this site */
  #step(
    request: DisconnectionRequest,
    work: (em: EntityManager, connection: Connection | undefined) => Promise<void>,
  ): Promise<DisconnectionStep> {
    const { dataSource, rows } = this.#parts;
    return attempted(request, () =>
      inTransaction(dataSource, async (em) => {
        // The connection first, as whoever connects or disconnects does it.
        const connection = await rows.lock(queriesOf(em), request.locationId);
        const one = await lockDisconnection(queriesOf(em), request.disconnectionId);
        if (one === undefined) return 'withdrawn';
        // A run that begins when all is done, since it was started at the same time, has nothing to read back with.
        if (one.doneAt === null) await work(em, connection?.siteId === request.siteId ? connection : undefined);
        return 'done';
      }),
    );
  }

  /** Who of these is in the groups at Salto. @returns undefined where the connection cannot be used any more */
  async #seen({ locationId, siteId, memberships }: ReadBackRequest): Promise<Membership[] | undefined> {
    const { dataSource, connections } = this.#parts;
    const site = await connections.readerOf(locationId, siteId);
    if (site === undefined) return undefined;
    const platformIds = await platformIdsOf(queriesOf(dataSource), siteId, memberships);
    const seen: Membership[] = [];
    for (const [groupId, ofGroup] of Map.groupBy(memberships, (one) => one.groupId)) {
      try {
        const userIds = await site.groupMembers(groupId);
        seen.push(...ofGroup.filter(({ memberId }) => userIds.has(platformIds.get(memberId) ?? '')));
      } catch (error) {
        const failure = error instanceof NotYetItsTurn ? error : asDoorFailure(error);
        if (failure.code === 'connection_needs_reconnect') return undefined;
        if (failure.code !== 'group_missing') throw new RepeatedAttempt(failure);
      }
    }
    return seen;
  }
}

async function platformIdsOf(
  database: Queries,
  siteId: string,
  memberships: readonly Membership[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ memberId: string; platformId: string }>(
    `SELECT member_id AS "memberId", platform_id AS "platformId" FROM salto_user
      WHERE site_id = $1 AND member_id = ANY($2::uuid[])`,
    [siteId, memberships.map(({ memberId }) => memberId)],
  );
  return new Map(rows.map((row) => [row.memberId, row.platformId]));
}

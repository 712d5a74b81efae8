import type { BillingAggregate, EventData, EventDefinition, deletedState } from '@latchkey/contracts';
import { notFound, type Outbox } from '@latchkey/service-kit';
import { randomUUIDv7 } from 'node:crypto';
import { In, type EntityManager, type ObjectLiteral } from 'typeorm';
import type { z } from 'zod';
import type { AggregateEntity, NewRow } from './aggregate.entity.ts';

export interface AggregateEvents<State> {
  readonly changed: EventDefinition<State>;
  readonly deleted: EventDefinition<z.infer<typeof deletedState>>;
}

/** An event as it would be published now. */
export type PresentState<State> =
  | { readonly definition: EventDefinition<State>; readonly version: number; readonly data: State }
  | {
      readonly definition: EventDefinition<z.infer<typeof deletedState>>;
      readonly version: number;
      readonly data: EventData<EventDefinition<z.infer<typeof deletedState>>>;
    };

/**
 * Rows of one kind of aggregate. Every write takes the next version under the row's lock and appends the event of that
 * version in the same transaction, so that no change can be made without telling it.
 *
 * Locks are taken in one order, so that no two requests wait for each other: location, person, company, plan, resource,
 * subscription, booking; of one kind by id.
 */
export abstract class AggregateRepository<Row extends AggregateEntity, State extends { id: string }> {
  abstract readonly kind: BillingAggregate;
  protected abstract readonly entity: new () => Row;
  protected abstract readonly events: AggregateEvents<State>;
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  /** What the event of the row says. */
  protected abstract stateOf(row: Row, em: EntityManager): State | Promise<State>;

  /** Takes names and e-mails out of a row that becomes a tombstone. */
  protected abstract erase(row: Row): void;

  /** Makes an aggregate, of version 1. */
  async add(em: EntityManager, fields: NewRow<Row>, now: number): Promise<Row> {
    const row = Object.assign(new this.entity(), fields, {
      id: randomUUIDv7({}),
      version: 1,
      madeAt: now,
      deletedAt: null,
    }) as Row;
    await em.insert(this.entity, row as never);
    await this.#tell(em, row, now);
    return row;
  }

  /** @throws Problem 404 for what is unknown or deleted */
  async find(em: EntityManager, id: string): Promise<Row> {
    const row = await em.findOneBy(this.entity, { id } as never);
    if (row === null || row.deletedAt !== null) throw notFound(this.kind, id);
    return row;
  }

  /** The row, locked until the transaction ends: `share` keeps it as it is, `update` is for changing it. */
  async lock(em: EntityManager, id: string, mode: 'update' | 'share' = 'update'): Promise<Row> {
    const [row] = await this.lockAll(em, [id], mode);
    if (row === undefined) throw notFound(this.kind, id);
    return row;
  }

  /** Locks rows in the order of their ids. @throws Problem 404 for the first that is unknown or deleted */
  async lockAll(em: EntityManager, ids: readonly string[], mode: 'update' | 'share' = 'update'): Promise<Row[]> {
    if (ids.length === 0) return [];
    const rows = await em.find(this.entity, {
      where: { id: In([...new Set(ids)]) } as never,
      order: { id: 'ASC' } as never,
      lock: { mode: mode === 'share' ? 'pessimistic_read' : 'pessimistic_write' },
    });
    const found = new Set(rows.filter(({ deletedAt }) => deletedAt === null).map(({ id }) => id));
    const missing = ids.find((id) => !found.has(id));
    if (missing !== undefined) throw notFound(this.kind, missing);
    return rows;
  }

  /** Writes a locked row under its next version, and tells it. */
  async save(em: EntityManager, row: Row, now: number): Promise<Row> {
    row.version += 1;
    await em.update(this.entity, { id: row.id }, row as ObjectLiteral as never);
    await this.#tell(em, row, now);
    return row;
  }

  /** Leaves a tombstone of a locked row, and tells it. Its access must have been ended before. */
  async bury(em: EntityManager, row: Row, now: number): Promise<void> {
    this.erase(row);
    row.deletedAt = now;
    await this.save(em, row, now);
  }

  /** What the newest event said; undefined for what never was. */
  async present(em: EntityManager, id: string): Promise<PresentState<State> | undefined> {
    const row = await em.findOneBy(this.entity, { id } as never);
    return row === null ? undefined : this.#presentOf(row, em);
  }

  /** Ids and versions in the order of ids, tombstones among them. */
  versionsAfter(
    em: EntityManager,
    after: string | undefined,
    limit: number,
  ): Promise<{ id: string; version: number; isDeleted: boolean }[]> {
    const query = em
      .createQueryBuilder(this.entity, 'row')
      .select('row.id', 'id')
      .addSelect('row.version', 'version')
      .addSelect('row.deletedAt IS NOT NULL', 'isDeleted')
      .orderBy('row.id')
      .limit(limit);
    if (after !== undefined) query.where('row.id > :after', { after });
    return query.getRawMany();
  }

  /**
   * Publishes present states again, for consumers that missed them: of these ids, or of all.
   * @returns how many there were
   */
  async republishAll(em: EntityManager, ids: readonly string[] | undefined, now: number): Promise<number> {
    const rows = await em.find(this.entity, {
      ...(ids !== undefined && { where: { id: In([...ids]) } as never }),
      order: { id: 'ASC' } as never,
      // Nothing newer can be told while a present state is told again.
      lock: { mode: 'pessimistic_read' },
    });
    for (const row of rows) {
      const { definition, version, data } = (await this.#presentOf(row, em)) as PresentState<{ id: string }>;
      const change = { version, occurredAt: now, data };
      await this.#outbox.republish(em, definition, change);
    }
    return rows.length;
  }

  async #tell(em: EntityManager, row: Row, now: number): Promise<void> {
    const { definition, version, data } = (await this.#presentOf(row, em)) as PresentState<{ id: string }>;
    await this.#outbox.append(em, definition, { version, occurredAt: now, data });
  }

  async #presentOf(row: Row, em: EntityManager): Promise<PresentState<State>> {
    const { id, version, deletedAt } = row;
    if (deletedAt === null) return { definition: this.events.changed, version, data: await this.stateOf(row, em) };
    return {
      definition: this.events.deleted,
      version,
      data: { id, deletedAt: new Date(deletedAt).toISOString() },
    };
  }
}

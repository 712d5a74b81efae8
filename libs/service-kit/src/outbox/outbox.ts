import { subjectOf, type EventDefinition } from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { onCommit } from '../database/transaction.ts';
import { currentTraceparent } from '../tracing/trace-context.ts';

/** What an aggregate became. */
export interface AggregateChange<Data> {
  /** Of the aggregate after the change, from 1, taken under the lock of its row: so id order is version order. */
  readonly version: number;
  /** Epoch milliseconds. */
  readonly occurredAt: number;
  /** The whole present state. */
  readonly data: Data;
}

/** Writes events beside the change that they tell, in one transaction: both happen or neither does. */
export class Outbox {
  readonly #wakeRelay: () => void;

  /** @param wakeRelay called after each commit that appended something */
  constructor(wakeRelay: () => void) {
    this.#wakeRelay = wakeRelay;
  }

  /**
   * Adds an event to the caller's transaction. A second event of the same version is refused by the database.
   * @throws Error outside a transaction (`inTransaction`), or where the data breaks the definition's schema (a bug of the caller)
   */
  append<Data extends { id: string }>(
    em: EntityManager,
    definition: EventDefinition<Data>,
    change: AggregateChange<Data>,
  ): Promise<void> {
    return this.#insert(em, definition, change, false);
  }

  /**
   * Publishes a present state again, under its present version, for consumers that missed it. Call it under the lock of
   * the aggregate's row, as for a change: then nothing newer can be overtaken. It is a new event with a new id, since
   * consumers may have seen the old id and lost what it said.
   */
  republish<Data extends { id: string }>(
    em: EntityManager,
    definition: EventDefinition<Data>,
    change: AggregateChange<Data>,
  ): Promise<void> {
    return this.#insert(em, definition, change, true);
  }

  async #insert<Data extends { id: string }>(
    em: EntityManager,
    definition: EventDefinition<Data>,
    { version, occurredAt, data }: AggregateChange<Data>,
    isRepublished: boolean,
  ): Promise<void> {
    const { type, topic, aggregate, schema } = definition;
    if (em.queryRunner?.isTransactionActive !== true) throw new Error(`${type} was appended outside a transaction`);
    const parsed = schema.parse(data);
    await em.query(
      `INSERT INTO outbox_message
         (event_id, event_type, topic, aggregate_type, aggregate_id, version, is_republished, occurred_at, data, traceparent)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        randomUUID(),
        type,
        topic,
        aggregate,
        subjectOf(definition, parsed),
        version,
        isRepublished,
        new Date(occurredAt),
        JSON.stringify(parsed),
        currentTraceparent() ?? null,
      ],
    );
    onCommit(em, this.#wakeRelay);
  }
}

import { billingAggregate, eventDefinitions, type BillingAggregate, type PresentEvent } from '@latchkey/contracts';
import { encodeEvent, logger, metrics, type EventConsumerStrategy, type RawRecord } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { inLanes } from '../in-lanes.ts';
import type { GatewayEventsClient } from './gateway-events.client.ts';
import { findDifferences } from './known-versions.ts';

const log = logger('comparison');
const AT_ONCE = 8;

const compared = metrics.counter('comparison_aggregates_total', 'Aggregates compared with the gateway, by outcome', [
  'aggregate',
  'outcome',
]);

export interface Compared {
  /** Aggregates whose newest event had been lost, and was applied now. */
  readonly healed: number;
  /** Aggregates that differ still: asking the gateway, or applying its answer, failed. */
  readonly failed: number;
}

/**
 * A lost event is a lost revocation: compares the version of every aggregate with the gateway's, and feeds what differs
 * to the handlers of the events. What only had not arrived yet is applied a moment earlier, which does no harm.
 */
export class Comparison {
  readonly #dataSource: DataSource;
  readonly #gateway: GatewayEventsClient;
  readonly #strategy: EventConsumerStrategy;

  constructor(dataSource: DataSource, gateway: GatewayEventsClient, strategy: EventConsumerStrategy) {
    this.#dataSource = dataSource;
    this.#gateway = gateway;
    this.#strategy = strategy;
  }

  /** @throws where the gateway or the database cannot be asked at all */
  async run(): Promise<Compared> {
    let total: Compared = { healed: 0, failed: 0 };
    for (const aggregate of billingAggregate.options) {
      for await (const versions of this.#gateway.versions(aggregate)) {
        const { behind, ahead } = await findDifferences(this.#dataSource, aggregate, versions);
        compared.inc({ aggregate, outcome: 'same' }, versions.length - behind.length - ahead.length);
        compared.inc({ aggregate, outcome: 'ahead' }, ahead.length);
        if (ahead.length > 0)
          log.error({ aggregate, ids: ahead }, 'the gateway knows an older version: was it restored?');
        total = sum(total, await this.#heal(aggregate, behind));
      }
    }
    if (total.healed + total.failed > 0) log.warn({ ...total }, 'events were missing');
    return total;
  }

  async #heal(aggregate: BillingAggregate, ids: readonly string[]): Promise<Compared> {
    const outcomes: ('healed' | 'arrived' | 'failed')[] = [];
    await inLanes(ids, AT_ONCE, async (id) => {
      try {
        outcomes.push(await this.#feed(await this.#gateway.presentEvent(aggregate, id)));
      } catch (error) {
        log.error({ error, aggregate, id }, 'a missing event could not be made up for');
        outcomes.push('failed');
      }
    });
    const count = (what: (typeof outcomes)[number]) => outcomes.filter((outcome) => outcome === what).length;
    for (const outcome of ['healed', 'arrived', 'failed'] as const) {
      compared.inc({ aggregate, outcome }, count(outcome));
    }
    return { healed: count('healed'), failed: count('failed') };
  }

  /** Through the same decoding, schemas and handlers as an event from the broker. */
  async #feed(present: PresentEvent): Promise<'healed' | 'arrived'> {
    const { topic } = eventDefinitions.find(({ type }) => type === present.type) ?? { topic: 'unknown' };
    const context = { topic, partition: -1, offset: 'comparison', attempt: 1 };
    const { outcome } = await this.#strategy.dispatcher().dispatch(recordOf(present), context);
    if (outcome === 'skipped') throw new Error(`nobody handles ${present.type}`);
    return outcome === 'processed' ? 'healed' : 'arrived';
  }
}

function recordOf({ type, id, version, data }: PresentEvent): RawRecord {
  const source = 'urn:latchkey:comparison';
  const event = { id: randomUUID(), source, type, aggregateId: id, version, occurredAt: Date.now(), data };
  const { key, value, headers } = encodeEvent(event);
  return { key: Buffer.from(key), value: Buffer.from(value), headers };
}

function sum(one: Compared, other: Compared): Compared {
  return { healed: one.healed + other.healed, failed: one.failed + other.failed };
}

import { topics, type EventDefinition, type TopicDeclaration } from '@latchkey/contracts';
import { testStack } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { applyTopics } from '../apply-topics.ts';
import { encodeEvent } from '../cloud-events.ts';
import type { PlacedRecord } from '../dead-letter.ts';
import type { EventRecord } from '../cloud-events.ts';
import { EventSender } from '../event-sender.ts';
import type { ReceivedEvent } from '../event.ts';
import { KafkaClient } from '../kafka-client.ts';
import { readTopics } from '../read-topic.ts';

export const GROUP = 'access-service';
export const DEAD_LETTERS = `${topics.bookings}.${GROUP}.dlq`;

/** An event small enough for tests, on the topic of bookings. */
export const noted: EventDefinition<{ id: string; note: string }> = {
  type: 'billing.booking.changed.v1',
  topic: topics.bookings,
  aggregate: 'booking',
  schema: z.object({ id: z.string(), note: z.string() }),
};

/** A part of the shared broker that is the test's own: its topics and groups begin with a prefix nobody else has. */
export class TestKafka {
  readonly client: KafkaClient;
  readonly sender: EventSender;

  constructor(name: string) {
    const { kafkaBrokers } = testStack();
    this.client = new KafkaClient({
      brokers: kafkaBrokers,
      clientId: name,
      topicPrefix: `${name}-${randomUUID().slice(0, 8)}.`,
    });
    this.sender = new EventSender(this.client);
  }

  /** Declares the topic of bookings, read by `GROUP`. */
  static bookings(partitions: number, consumers: TopicDeclaration['consumers'] = [GROUP]): TopicDeclaration {
    return { name: topics.bookings, partitions, retentionMs: 3_600_000, consumers };
  }

  async apply(...declarations: TopicDeclaration[]): Promise<void> {
    await applyTopics(this.client, declarations, 1);
  }

  send(...records: EventRecord[]): Promise<void> {
    return this.sender.send(topics.bookings, records);
  }

  /** Everything on a topic so far, by partition and offset. */
  records(topic: string): Promise<PlacedRecord[]> {
    return readTopics(this.client, [topic], 'test');
  }

  /** The next offset of each partition of the bookings that the group will read; -1 where it has committed none. */
  async committed(): Promise<number[]> {
    return this.withAdmin(async (admin) => {
      const [topic] = await admin.fetchOffsets({
        groupId: this.client.prefixed(GROUP),
        topics: [this.client.prefixed(topics.bookings)],
      });
      const partitions = topic?.partitions.toSorted((one, other) => one.partition - other.partition) ?? [];
      return partitions.map(({ offset }) => Number(offset));
    });
  }

  async withAdmin<T>(use: (admin: ReturnType<KafkaClient['admin']>) => Promise<T>): Promise<T> {
    const admin = this.client.admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    await this.sender.close();
    await this.withAdmin(async (admin) => {
      const all = await admin.listTopics();
      const own = all.filter((topic) => topic.startsWith(this.client.prefixed('')));
      if (own.length > 0) await admin.deleteTopics({ topics: own });
    });
  }
}

/** A `noted` event as a record. */
export function recordOf(aggregateId: string, version: number, event: Partial<ReceivedEvent> = {}): EventRecord {
  return encodeEvent({
    id: randomUUID(),
    source: 'urn:latchkey:test',
    type: noted.type,
    aggregateId,
    version,
    occurredAt: Date.UTC(2026, 0, 1),
    data: { id: aggregateId, note: `version ${version}` },
    ...event,
  });
}

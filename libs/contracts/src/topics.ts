/** The topics of Latchkey. The key of a record is its subject's id; a topic is created by a step, never by use. */
export const topics = {
  catalogue: 'billing.catalogue.v1',
  customers: 'billing.customers.v1',
  subscriptions: 'billing.subscriptions.v1',
  bookings: 'billing.bookings.v1',
  grants: 'access.grants.v1',
  connections: 'access.connections.v1',
  entries: 'access.entries.v1',
} as const;

export type TopicName = (typeof topics)[keyof typeof topics];

/** The consumer groups, by service. Each has a dead-letter topic beside every topic that it reads. */
export type ConsumerGroup = 'access-service' | 'salto-adapter';

export interface TopicDeclaration {
  readonly name: TopicName;
  /** Raising it later would send a key to another partition: enough for years. */
  readonly partitions: number;
  readonly retentionMs: number;
  /** Nothing of it, its dead letters included, is kept for more than a day longer than `retentionMs`. */
  readonly isPersonal?: true;
  readonly consumers: readonly ConsumerGroup[];
}

/** How long it is kept that somebody stood at a door, in the topic and in every service: it is personal data (S11.5). */
export const ENTRIES_KEPT_DAYS = 30;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Every topic with its owner's promises; `applyTopics` of the service kit makes the broker agree. */
export const topicDeclarations: readonly TopicDeclaration[] = [
  { name: topics.catalogue, partitions: 6, retentionMs: 30 * DAY_MS, consumers: ['access-service'] },
  { name: topics.customers, partitions: 6, retentionMs: 30 * DAY_MS, consumers: ['access-service', 'salto-adapter'] },
  { name: topics.subscriptions, partitions: 6, retentionMs: 30 * DAY_MS, consumers: ['access-service'] },
  { name: topics.bookings, partitions: 6, retentionMs: 30 * DAY_MS, consumers: ['access-service'] },
  { name: topics.grants, partitions: 6, retentionMs: 30 * DAY_MS, consumers: [] },
  { name: topics.connections, partitions: 1, retentionMs: 30 * DAY_MS, consumers: ['access-service'] },
  {
    name: topics.entries,
    partitions: 6,
    retentionMs: ENTRIES_KEPT_DAYS * DAY_MS,
    isPersonal: true,
    consumers: ['access-service'],
  },
];

/** Where a consumer group puts what it can never handle. */
export function deadLetterTopic(topic: string, group: string): string {
  return `${topic}.${group}.dlq`;
}

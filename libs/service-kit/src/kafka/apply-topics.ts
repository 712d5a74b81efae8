import { setTimeout as delay } from 'node:timers/promises';
import { deadLetterTopic, type TopicDeclaration } from '@latchkey/contracts';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import type { KafkaClient } from './kafka-client.ts';

// Node finds only some of this CommonJS package's names; Jest would find them all.
const { ConfigResourceTypes } = kafkajs;
const DAY_MS = 24 * 60 * 60 * 1000;
const DEAD_LETTER_RETENTION_MS = 90 * DAY_MS;
/** Events carry ids and states, never documents; a bigger one is a mistake. */
const MAX_EVENT_BYTES = 256 * 1024;
/** Room for the headers that say why a record is there. */
const MAX_DEAD_LETTER_BYTES = MAX_EVENT_BYTES + 16 * 1024;

const NOT_YET_KNOWN = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);
const KNOWN_WITHIN_MS = 30_000;
const LOOK_AGAIN_MS = 50;

interface WantedTopic {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface AppliedTopics {
  readonly created: readonly string[];
  readonly reconfigured: readonly string[];
}

/**
 * Makes the broker agree with the declared topics and the dead-letter topic of each of their consumer groups: creates
 * what is missing and sets what differs. Running it again changes nothing.
 * @param replicationFactor -1 for the broker's default
 * @throws Error for a topic with another number of partitions: changing it would move keys and break their order
 */
export async function applyTopics(
  client: KafkaClient,
  declarations: readonly TopicDeclaration[],
  replicationFactor = -1,
): Promise<AppliedTopics> {
  const wanted = declarations.flatMap((declaration) => wantedTopics(client, declaration));
  const admin = client.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter(({ name }) => !existing.has(name));
    await create(admin, missing, replicationFactor);
    await checkPartitions(admin, wanted);
    const reconfigured = await configure(admin, wanted);
    return { created: missing.map(({ name }) => name), reconfigured };
  } finally {
    await admin.disconnect();
  }
}

function wantedTopics(
  client: KafkaClient,
  { name, partitions, retentionMs, isPersonal, consumers }: TopicDeclaration,
): WantedTopic[] {
  // Kafka deletes whole segments only, and one that nobody fills is open for a week.
  const segments: Record<string, string> = isPersonal ? { 'segment.ms': String(DAY_MS) } : {};
  const deadLetterRetentionMs = isPersonal ? retentionMs : DEAD_LETTER_RETENTION_MS;
  const config = { ...topicConfig(retentionMs, MAX_EVENT_BYTES), ...segments };
  const deadLetters = consumers.map((group) => ({
    name: client.prefixed(deadLetterTopic(name, group)),
    partitions: 1,
    config: { ...topicConfig(deadLetterRetentionMs, MAX_DEAD_LETTER_BYTES), ...segments },
  }));
  return [{ name: client.prefixed(name), partitions, config }, ...deadLetters];
}

function topicConfig(retentionMs: number, maxBytes: number): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'max.message.bytes': String(maxBytes),
  };
}

async function create(admin: Admin, missing: readonly WantedTopic[], replicationFactor: number): Promise<void> {
  if (missing.length === 0) return;
  const topics = missing.map(({ name, partitions, config }): ITopicConfig => ({
    topic: name,
    numPartitions: partitions,
    replicationFactor,
    configEntries: entries(config),
  }));
  // kafkajs would wait for leaders, but gives up where a broker has not even heard of the topic yet: `untilKnown` does.
  await admin.createTopics({ topics, waitForLeaders: false });
  await untilKnown(admin, missing);
}

/** A broker learns of a new topic, and who leads its partitions, some time after the controller has made it. */
async function untilKnown(admin: Admin, topics: readonly WantedTopic[]): Promise<void> {
  const deadline = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
      return;
    } catch (error) {
      if (!isNotYetKnown(error) || performance.now() > deadline) throw error;
      await delay(LOOK_AGAIN_MS);
    }
  }
}

function isNotYetKnown(error: unknown): boolean {
  return error instanceof Error && 'type' in error && NOT_YET_KNOWN.has(String(error.type));
}

async function checkPartitions(admin: Admin, wanted: readonly WantedTopic[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: wanted.map(({ name }) => name) });
  const actual = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  const different = wanted.filter(({ name, partitions }) => actual.get(name) !== partitions);
  if (different.length === 0) return;
  const list = different.map(({ name, partitions }) => `${name} has ${actual.get(name)}, declared are ${partitions}`);
  throw new Error(`Partitions differ, and cannot be changed without breaking the order of keys: ${list.join('; ')}`);
}

async function configure(admin: Admin, wanted: readonly WantedTopic[]): Promise<string[]> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: wanted.map(({ name, config }) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configNames: Object.keys(config),
    })),
  });
  const actual = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  const different = wanted.filter(({ name, config }) =>
    Object.entries(config).some(([key, value]) => actual.get(name)?.get(key) !== value),
  );
  if (different.length === 0) return [];
  await admin.alterConfigs({
    validateOnly: false,
    resources: different.map(({ name, config }) => ({
      type: ConfigResourceTypes.TOPIC,
      name,
      configEntries: entries(config),
    })),
  });
  return different.map(({ name }) => name);
}

function entries(config: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(config).map(([name, value]) => ({ name, value }));
}

import { randomUUID } from 'node:crypto';
import type { Admin, Consumer } from 'kafkajs';
import type { PlacedRecord } from './dead-letter.ts';
import type { KafkaClient } from './kafka-client.ts';

/**
 * Reads topics from their beginning to where they end now, through a consumer group of its own that is deleted again:
 * kafkajs cannot read without one, and no other group's offsets may move.
 * @param topics without prefix; they exist
 * @param group of the reader, without prefix: permissions are needed for `<group>.reader.*`
 */
export async function readTopics(
  client: KafkaClient,
  topics: readonly string[],
  group: string,
): Promise<PlacedRecord[]> {
  const groupId = `${group}.reader.${randomUUID()}`;
  const admin = client.admin();
  const consumer = client.consumer({ groupId });
  await admin.connect();
  try {
    const names = topics.map((topic) => client.prefixed(topic));
    const ends = await lastOffsets(admin, names);
    if (ends.size === 0) return [];
    const records = await readUntil(consumer, names, ends);
    await admin.deleteGroups([client.prefixed(groupId)]);
    return records;
  } finally {
    await admin.disconnect();
  }
}

/** The last offset of each partition that has records. */
async function lastOffsets(admin: Admin, topics: readonly string[]): Promise<Map<string, bigint>> {
  const ends = new Map<string, bigint>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (BigInt(high) > BigInt(low)) ends.set(`${topic}/${partition}`, BigInt(high) - 1n);
    }
  }
  return ends;
}

async function readUntil(consumer: Consumer, topics: string[], ends: Map<string, bigint>): Promise<PlacedRecord[]> {
  // By place: when the group has to be joined anew, kafkajs reads from the beginning again.
  const records = new Map<string, PlacedRecord>();
  const allRead = Promise.withResolvers<void>();
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart) allRead.reject(error);
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ topic, partition, message }) => {
        const end = ends.get(`${topic}/${partition}`);
        const place = `${topic}/${partition}@${message.offset}`;
        if (end !== undefined && BigInt(message.offset) <= end) records.set(place, { ...message, topic, partition });
        if (end !== undefined && BigInt(message.offset) >= end) ends.delete(`${topic}/${partition}`);
        if (ends.size === 0) allRead.resolve();
        return Promise.resolve();
      },
    });
    await allRead.promise;
  } finally {
    await consumer.disconnect();
  }
  return [...records.values()];
}

import { KafkaClient } from '@latchkey/service-kit';
import { testStack } from '@latchkey/test-kit';

/** A record as it lies in the topic. */
export interface TailedRecord {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
}

/** Reads topics from their beginning until `close`; what came is in `records`. */
export async function tailTopics(
  topicPrefix: string,
  topics: readonly string[],
): Promise<{ records: TailedRecord[]; close(): Promise<void> }> {
  const client = new KafkaClient({ brokers: testStack().kafkaBrokers, clientId: 'tail', topicPrefix });
  const consumer = client.consumer({ groupId: 'tail' });
  const records: TailedRecord[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: topics.map((topic) => client.prefixed(topic)), fromBeginning: true });
  await consumer.run({
    eachMessage: ({ topic, message: { key, headers = {}, value } }) => {
      const texts = Object.entries(headers).map(([name, header]) => [name, String(header)]);
      records.push({
        topic: client.unprefixed(topic),
        key: String(key),
        headers: Object.fromEntries(texts) as Record<string, string>,
        data: JSON.parse(String(value)) as unknown,
      });
      return Promise.resolve();
    },
  });
  return { records, close: () => consumer.disconnect() };
}

import { topicDeclarations, topics } from '@latchkey/contracts';
import { eventually } from '@latchkey/test-kit';
import { ConfigResourceTypes } from 'kafkajs';
import { applyTopics } from './apply-topics.ts';
import { TestKafka } from './testing/test-kafka.ts';

const kafka = new TestKafka('topics');
const declaration = TestKafka.bookings(2, ['access-service', 'salto-adapter']);
const names = [topics.bookings, `${topics.bookings}.access-service.dlq`, `${topics.bookings}.salto-adapter.dlq`].map(
  (name) => kafka.client.prefixed(name),
);

afterAll(() => kafka.close());

const config = (name = '', key: string) =>
  kafka.withAdmin(async (admin) => {
    const topic = { type: ConfigResourceTypes.TOPIC, name, configNames: [key] };
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [topic] });
    return resources[0]?.configEntries[0]?.configValue;
  });

test('declared topics and a dead-letter topic for each reader are made once, and corrected when they differ', async () => {
  expect(await applyTopics(kafka.client, [declaration], 1)).toEqual({ created: names, reconfigured: [] });
  expect(await applyTopics(kafka.client, [declaration], 1)).toEqual({ created: [], reconfigured: [] });
  const longer = { ...declaration, retentionMs: 7_200_000 };
  expect(await applyTopics(kafka.client, [longer], 1)).toEqual({ created: [], reconfigured: [names[0]] });
  await eventually(async () => expect(await config(names[0], 'retention.ms')).toBe('7200000'));
});

test('topics are there when it is done, though many are made at the same time and the broker learns of them later', async () => {
  const all = Array.from({ length: 12 }, (_, at) => new TestKafka(`topics-${at}`));
  const declarations = topicDeclarations.map((each) => ({ ...each, partitions: 2 }));
  const applied = await Promise.allSettled(all.map(({ client }) => applyTopics(client, declarations, 1)));
  await Promise.all(all.map((each) => each.close()));
  expect(applied.filter(({ status }) => status === 'rejected')).toEqual([]);
}, 60_000);

test('of personal data nothing is kept longer, neither in an open segment nor as a dead letter', async () => {
  await applyTopics(kafka.client, [{ ...declaration, isPersonal: true }], 1);
  for (const name of names) {
    await eventually(async () => expect(await config(name, 'retention.ms')).toBe(String(declaration.retentionMs)));
    expect(await config(name, 'segment.ms')).toBe('86400000');
  }
});

test('another number of partitions is refused, because it would break the order of keys', async () => {
  await applyTopics(kafka.client, [declaration], 1);
  await expect(applyTopics(kafka.client, [{ ...declaration, partitions: 3 }], 1)).rejects.toThrow(
    /has 2, declared are 3/,
  );
});

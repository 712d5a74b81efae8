import {
  topicDeclarations,
  topics,
  type AggregateVersions,
  type LocationBody,
  type PresentEvent,
} from '@latchkey/contracts';
import { KafkaClient, applyTopics } from '@latchkey/service-kit';
import { eventually, testStack, type ProblemBody } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { tailTopics, type TailedRecord } from '../testing/topic-tail.ts';

const topicPrefix = `gateway-${randomUUID().slice(0, 8)}.`;
let stage: GatewayStage;
let cast: Cast;
let tail: Awaited<ReturnType<typeof tailTopics>>;

beforeAll(async () => {
  const client = new KafkaClient({ brokers: testStack().kafkaBrokers, clientId: 'topics', topicPrefix });
  await applyTopics(client, topicDeclarations, 1);
  stage = await startGateway('gateway events', { topicPrefix, publishes: true });
  cast = new Cast(stage);
  tail = await tailTopics(topicPrefix, [topics.catalogue, topics.customers, topics.subscriptions]);
});

afterAll(async () => {
  await tail.close();
  await stage.stop();
});

const recordsOf = (id: string, count: number) =>
  eventually(
    () => {
      const found = tail.records.filter(({ key }) => key === id);
      expect(found).toHaveLength(count);
      return found;
    },
    { timeoutMs: 20_000 },
  );
const versionOf = ({ headers }: TailedRecord) => Number(headers['ce_aggregateversion']);

test('a change arrives on its topic under its version, keyed by its aggregate, as a CloudEvent', async () => {
  const location = await cast.location();
  await stage.root.patch(`/v1/locations/${location.id}`, { gracePeriodMinutes: 5 }, 1);
  await stage.root.delete(`/v1/locations/${location.id}`, 2);
  const records = await recordsOf(location.id, 3);
  expect(records.map(({ topic }) => topic)).toEqual(Array(3).fill(topics.catalogue));
  expect(records.map(versionOf)).toEqual([1, 2, 3]);
  expect(records[1]).toMatchObject({
    headers: {
      ce_type: 'billing.location.changed.v1',
      ce_source: 'urn:latchkey:billing-gateway',
      ce_subject: location.id,
      ce_specversion: '1.0',
    },
    data: { id: location.id, timeZone: 'Europe/Paris', gracePeriodMinutes: 5 },
  });
  expect(records[2]).toMatchObject({
    headers: { ce_type: 'billing.location.deleted.v1' },
    data: { id: location.id, deletedAt: expect.any(String) as string },
  });
});

test('people, companies and subscriptions arrive each on the topic of their kind', async () => {
  const location = await cast.location();
  const person = await cast.person({ memberOf: [location.id] });
  const company = await cast.company(location.id, { memberIds: [person.id] });
  const plan = await cast.plan(location.id);
  const subscription = await cast.subscription({
    locationId: location.id,
    holder: { kind: 'company', companyId: company.id },
    items: [{ kind: 'plan', planId: plan.id }],
  });
  expect((await recordsOf(person.id, 1))[0]?.topic).toBe(topics.customers);
  expect((await recordsOf(company.id, 2)).map(versionOf)).toEqual([1, 2]);
  expect((await recordsOf(subscription.id, 1))[0]?.topic).toBe(topics.subscriptions);
});

test('a refused request tells nothing', async () => {
  const location = await cast.location();
  await stage.root.patch(`/v1/locations/${location.id}`, { name: 'X' }, 9);
  await stage.root.patch(`/v1/locations/${location.id}`, { name: 'Y' }, 1);
  expect((await recordsOf(location.id, 2)).map(versionOf)).toEqual([1, 2]);
});

test('versions can be compared: every id once, deleted ones marked, page by page', async () => {
  const [kept, gone] = [await cast.location(), await cast.location()];
  await stage.root.delete(`/v1/locations/${gone.id}`, 1);
  const found: AggregateVersions['items'] = [];
  let cursor: string | undefined;
  do {
    const query = `aggregate=location&limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`;
    const { body } = await stage.root.get<AggregateVersions>(`/v1/events/versions?${query}`);
    found.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  expect(found).toContainEqual({ id: kept.id, version: 1, isDeleted: false });
  expect(found).toContainEqual({ id: gone.id, version: 2, isDeleted: true });
});

test('the present state is the event as it would be published, also of what is deleted', async () => {
  const location = await cast.location();
  const present = await stage.root.get<PresentEvent>(`/v1/events/state/location/${location.id}`);
  expect(present.body).toEqual({
    type: 'billing.location.changed.v1',
    aggregate: 'location',
    id: location.id,
    version: 1,
    data: { id: location.id, timeZone: 'Europe/Paris', gracePeriodMinutes: 30 },
  });
  await stage.root.delete<LocationBody>(`/v1/locations/${location.id}`, 1);
  const gone = await stage.root.get<PresentEvent>(`/v1/events/state/location/${location.id}`);
  expect(gone.body).toMatchObject({ type: 'billing.location.deleted.v1', version: 2 });
  const never = await stage.root.get<ProblemBody>(`/v1/events/state/location/${randomUUID()}`);
  expect(never).toMatchObject({ status: 404, body: { code: 'location_not_found' } });
});

test('a resync publishes the present state again, under its version and a new id', async () => {
  const location = await cast.location();
  const answer = await stage.root.post('/v1/events/resync', {
    aggregate: 'location',
    ids: [location.id, randomUUID()],
  });
  expect(answer).toMatchObject({ status: 200, body: { republished: 1 } });
  const records = await recordsOf(location.id, 2);
  expect(records.map(versionOf)).toEqual([1, 1]);
  expect(new Set(records.map(({ headers }) => headers['ce_id'])).size).toBe(2);
});

test('a resync without ids publishes all of a kind', async () => {
  const [{ count } = { count: 0 }] = await stage.database.query<{ count: number }[]>(
    'SELECT count(*)::int AS count FROM plan',
  );
  const answer = await stage.root.post('/v1/events/resync', { aggregate: 'plan' });
  expect(answer.body).toEqual({ republished: count });
});

test('the gateway is ready while its database, its outbox and the broker are', async () => {
  const ready = await eventually(async () => {
    const response = await fetch(`${stage.address}/health/ready`);
    expect(response.status).toBe(200);
    return (await response.json()) as { checks: object };
  });
  expect(Object.keys(ready.checks)).toEqual(expect.arrayContaining(['database', 'outbox']));
});

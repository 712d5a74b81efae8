import type { LocationBody, PersonBody, ResourceBody, SubscriptionBody } from '@latchkey/contracts';
import type { ProblemBody } from '@latchkey/test-kit';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let ada: PersonBody;
let office: ResourceBody;

beforeAll(async () => {
  stage = await startGateway('gateway rentals');
  cast = new Cast(stage);
  here = await cast.location();
  ada = await cast.person({ memberOf: [here.id] });
});

beforeEach(async () => {
  stage.setNow('2026-03-10T12:00:00Z');
  office = await cast.resource(here.id);
});

afterAll(() => stage.stop());

const rental = (fields: object = {}) => ({
  locationId: here.id,
  holder: { kind: 'member' as const, personId: ada.id },
  items: [{ kind: 'resource' as const, resourceId: office.id }],
  startOn: '2026-04-01',
  ...fields,
});
const rent = (fields: object = {}) => stage.root.post<SubscriptionBody>('/v1/subscriptions', rental(fields));

async function held(): Promise<[string, string | null][]> {
  const rows: { from: Date; to: Date | null }[] = await stage.database.query(
    'SELECT lower(during) AS from, upper(during) AS to FROM occupancy WHERE resource_id = $1 ORDER BY during',
    [office.id],
  );
  return rows.map(({ from, to }) => [from.toISOString(), to?.toISOString() ?? null]);
}

test('a rental holds its office from midnight to midnight of the location, across the change of clocks', async () => {
  await rent({ startOn: '2026-03-28', endOn: '2026-03-29' });
  expect(await held()).toEqual([['2026-03-27T23:00:00.000Z', '2026-03-29T22:00:00.000Z']]);
});

test('two rentals that follow each other meet, and one that overlaps by a day is refused', async () => {
  expect((await rent({ endOn: '2026-04-30' })).status).toBe(201);
  expect((await rent({ startOn: '2026-05-01' })).status).toBe(201);
  const refused = (await rent({ startOn: '2026-04-30', endOn: '2026-04-30' })) as unknown as { body: ProblemBody };
  expect(refused).toMatchObject({ status: 409, body: { code: 'resource_rented' } });
  expect(refused.body.remedy).toEqual(expect.any(String));
});

test('a rental that begins in the past holds its office from now on', async () => {
  await rent({ startOn: '2026-01-01' });
  expect(await held()).toEqual([['2026-03-10T12:00:00.000Z', null]]);
});

test('ten rentals of one office at once: one is made', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => rent()));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(409)]);
});

test('a booking and a rental of one office at once: one of them gets it', async () => {
  await stage.root.patch(`/v1/resources/${office.id}`, { bookableBy: { kind: 'everyone' } }, 1);
  const slot = { startsLocal: '2026-04-02T12:00', endsLocal: '2026-04-02T13:00' };
  const booking = { resourceId: office.id, ownerId: ada.id, ...slot };
  const answers = await Promise.all([rent(), stage.root.post<ProblemBody>('/v1/bookings', booking)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const refused = answers.find(({ status }) => status === 409)!.body as unknown as ProblemBody;
  expect(refused.code).toMatch(/^resource_(rented|booked)$/);
  expect(await held()).toHaveLength(1);
});

test('an end moved back frees the office, and cannot be moved over the next rental', async () => {
  const first = (await rent()).body;
  const path = `/v1/subscriptions/${first.id}`;
  await stage.root.patch(path, { endOn: '2026-04-30' }, 1);
  await rent({ startOn: '2026-05-01' });
  const refused = await stage.root.patch<ProblemBody>(path, { endOn: '2026-05-01' }, 2);
  expect(refused.body.code).toBe('resource_rented');
  const withdrawn = await stage.root.patch<ProblemBody>(path, { endOn: null }, 2);
  expect(withdrawn.body.code).toBe('resource_rented');
  expect(await held()).toEqual([
    ['2026-03-31T22:00:00.000Z', '2026-04-30T22:00:00.000Z'],
    ['2026-04-30T22:00:00.000Z', null],
  ]);
});

test('a rental cancelled now frees its office from now on, and one yet to come altogether', async () => {
  const running = (await rent({ startOn: '2026-03-01', endOn: '2026-03-31' })).body;
  const coming = (await rent()).body;
  stage.setNow('2026-03-11T12:00:00Z');
  for (const { id } of [running, coming]) await stage.root.post(`/v1/subscriptions/${id}/cancel`, {}, { version: 1 });
  expect(await held()).toEqual([['2026-03-10T12:00:00.000Z', '2026-03-11T12:00:00.000Z']]);
});

test('a switch that keeps the office hands it over without a gap, today and at a date', async () => {
  const first = (await rent({ startOn: '2026-03-01' })).body;
  stage.setNow('2026-03-12T12:00:00Z');
  const { items } = rental();
  const replace = ({ id, version }: { id: string; version: number }, effectiveOn: string) =>
    stage.root.post<{ started: SubscriptionBody }>(
      `/v1/subscriptions/${id}/replace`,
      { items, effectiveOn },
      { version },
    );
  const second = await replace(first, '2026-03-12');
  expect(second.status).toBe(201);
  const third = await replace(second.body.started, '2026-04-01');
  expect(third.status).toBe(201);
  expect(await held()).toEqual([
    ['2026-03-10T12:00:00.000Z', '2026-03-12T12:00:00.000Z'],
    ['2026-03-12T12:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ['2026-03-31T22:00:00.000Z', null],
  ]);
});

test('two members switch to the same office at once: one gets it', async () => {
  const other = await cast.resource(here.id);
  const third = await cast.resource(here.id);
  const olds = await Promise.all(
    [other, third].map(({ id }) => rent({ items: [{ kind: 'resource', resourceId: id }] })),
  );
  const request = { items: rental().items, effectiveOn: '2026-05-01' };
  const answers = await Promise.all(
    olds.map(({ body: { id } }) =>
      stage.root.post<ProblemBody>(`/v1/subscriptions/${id}/replace`, request, { version: 1 }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const loser = olds[answers.findIndex(({ status }) => status === 409)]!.body;
  expect((await stage.root.get<SubscriptionBody>(`/v1/subscriptions/${loser.id}`)).body).toEqual(loser);
});

test('a deleted office leaves its subscriptions: those with nothing else are cancelled, the others go on', async () => {
  const plan = await cast.plan(here.id);
  const alone = (await rent({ endOn: '2026-04-30' })).body;
  const items = [...rental().items, { kind: 'plan', planId: plan.id }];
  const both = (await rent({ startOn: '2026-05-01', items })).body;
  expect((await stage.root.delete(`/v1/resources/${office.id}`, 1)).status).toBe(204);
  expect((await newestEventOf(stage.database, alone.id)).data['cancelledAt']).not.toBeNull();
  expect((await newestEventOf(stage.database, both.id)).data).toMatchObject({
    cancelledAt: null,
    items: [{ kind: 'plan', planId: plan.id }],
  });
  expect(await held()).toEqual([]);
});

test('a corrected zone moves what rentals hold to the right midnights', async () => {
  const quay = await cast.location({ timeZone: 'Europe/Paris' });
  const bob = await cast.person({ memberOf: [quay.id] });
  office = await cast.resource(quay.id);
  await rent({ locationId: quay.id, holder: { kind: 'member', personId: bob.id }, endOn: '2026-04-30' });
  const corrected = await stage.root.patch(`/v1/locations/${quay.id}`, { timeZone: 'America/New_York' }, 1);
  expect(corrected.status).toBe(200);
  expect(await held()).toEqual([['2026-04-01T04:00:00.000Z', '2026-05-01T04:00:00.000Z']]);
});

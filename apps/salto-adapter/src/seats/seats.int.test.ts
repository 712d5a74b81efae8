import { randomUUID } from 'node:crypto';
import type { SeatsBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { acceptedNonsense, ApiClient, eventually } from '@latchkey/test-kit';
import { Connections } from '../connections/connections.ts';
import type { AdapterRig } from '../testing/adapter-rig.ts';
import { ConnectStage, locations } from '../testing/connect-stage.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { SeatFiguresRepository } from './seat-figures.ts';
import { SiteSeats } from './seats.ts';

const siteId = demo.paris.id;
const path = `/v1/connections/${locations.ours}/seats`;

let stage: ConnectStage;
let rig: AdapterRig;
let reader: ApiClient;

beforeAll(async () => {
  stage = await ConnectStage.create('seats');
  rig = stage.rig;
  await stage.connect();
  reader = stage.as('operator');
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.fake.removeFaults();
  rig.fake.calls.clear();
  await rig.pool.query('DELETE FROM site_seats; DELETE FROM salto_user');
});

const limitTo = (seats: number) => (rig.fake.state.sites.get(siteId)!.user_amount = seats);

async function holder(origin: 'created' | 'linked', hasSeat = true): Promise<string> {
  const memberId = randomUUID();
  await rig.pool.query(
    `INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
     VALUES ($1, $2, $3, $3, $4, $5, now())`,
    [siteId, memberId, randomUUID(), origin, hasSeat],
  );
  return memberId;
}

test('used and paid seats, and which members have one', async () => {
  limitTo(100);
  const [created, linked] = [await holder('created'), await holder('linked')];
  await holder('created', false);
  const { status, body } = await reader.get<SeatsBody>(path);
  expect([status, body]).toMatchObject([
    200,
    {
      siteId,
      used: 1,
      limit: 100,
      isWarning: false,
      releasedMemberIds: [created],
      keptMemberIds: [linked],
      releaseAfterSeconds: 600,
    },
  ]);
});

test('where users are kept, all keep their seats', async () => {
  const created = await holder('created');
  await rig.pool.query(`UPDATE connection SET end_policy = 'keep'`);
  const { body } = await reader.get<SeatsBody>(path);
  await rig.pool.query(`UPDATE connection SET end_policy = 'suspend'`);
  expect(body).toMatchObject({ releasedMemberIds: [], keptMemberIds: [created] });
});

test.each([
  [5, 4, true],
  [5, 3, false],
  [0, 0, true],
])('%i seats of which %i are taken: a warning is %s', async (limit, used, warning) => {
  const figures = new SeatFiguresRepository(poolQueries(rig.pool));
  await figures.save(siteId, { used, limit });
  expect((await reader.get<SeatsBody>(path)).body).toMatchObject({ used, limit, isWarning: warning });
});

test('figures of the last minute serve without a call, older ones while Salto does not answer', async () => {
  await reader.get(path);
  rig.fake.calls.clear();
  await reader.get(path);
  expect(rig.fake.calls.matching(({ path: of }) => of.startsWith('/v1'))).toEqual([]);
  await rig.pool.query(`UPDATE site_seats SET read_at = read_at - interval '1 hour'`);
  rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  const { status, body } = await reader.get<SeatsBody>(path);
  expect(status).toBe(200);
  expect(Date.parse(body.readAt)).toBeLessThan(Date.now() - 3_000_000);
});

test('before Salto has ever told them there are none', async () => {
  rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  expect(await reader.get(path)).toMatchObject({ status: 503, body: { code: 'salto_unavailable' } });
});

test('what Salto leaves out of the site is asked for elsewhere', async () => {
  limitTo(7);
  const bare = { kind: 'answer' as const, status: 200, body: { id: siteId } };
  rig.fake.addFaults({ method: 'GET', path: `/v1.2/sites/${siteId}`, effect: bare });
  expect((await reader.get<SeatsBody>(path)).body).toMatchObject({ used: 1, limit: 7 });
});

test('old figures are read by one worker, once', async () => {
  const figures = new SeatFiguresRepository(poolQueries(rig.pool));
  const worker = () => new SiteSeats(stage.service.app.get(Connections, { strict: false }), figures);
  const first = await Promise.all([worker().next(), worker().next()]);
  expect(first.filter((found) => found)).toHaveLength(1);
  expect(await worker().next()).toBe(false);
  await rig.pool.query(`UPDATE site_seats SET claimed_at = claimed_at - interval '6 minutes'`);
  expect(await worker().next()).toBe(true);
});

test('operators see both by site', async () => {
  limitTo(50);
  await reader.get(path);
  await eventually(async () => {
    const text = await (await fetch(`${stage.address}/metrics`)).text();
    expect(text).toContain(`salto_seats_used{site_id="${siteId}"} 1`);
    expect(text).toContain(`salto_seats_limit{site_id="${siteId}"} 50`);
  });
});

test('seats are for administrators of the location and programs with the scope, and nonsense is refused', async () => {
  const stranger = new ApiClient(stage.address, await rig.issuer.serviceToken('program', 'people:read'));
  expect((await stranger.get(path)).status).toBe(403);
  const people = ['ada', 'bruno', 'chloe'] as const;
  const statuses = await Promise.all(people.map(async (person) => (await stage.as(person).get(path)).status));
  expect(statuses).toEqual([200, 404, 403]);
  const probe = { method: 'GET', route: '/v1/connections/:locationId/seats', path };
  expect(await acceptedNonsense(reader, probe)).toEqual([]);
});

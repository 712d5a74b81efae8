import { bookingEvents } from '@latchkey/contracts';
import { AccessStage } from '../testing/access-stage.ts';
import { FakeGateway } from '../testing/fake-gateway.ts';
import { tell } from '../testing/tellings.ts';
import { Comparison } from './comparison.ts';
import { ComparisonSchedule } from './comparison-schedule.ts';

let gateway: FakeGateway;
let stage: AccessStage;
let comparison: Comparison;

beforeAll(async () => {
  gateway = await FakeGateway.start();
  stage = await AccessStage.create('comparison', (env) => ({ ...env, BILLING_GATEWAY_URL: gateway.url }));
  await stage.start();
  comparison = stage.service.app.get(Comparison, { strict: false });
});
afterAll(async () => {
  await stage.close();
  await gateway.close();
});

test('events that were lost are made up for, a deletion too, and their entitlements look again', async () => {
  const location = tell.location();
  const locationId = location.data.id;
  const resource = tell.resource({ locationId });
  const bookings = [1, 2, 3].map(() => tell.booking({ locationId, resourceId: resource.data.id }));
  gateway.holds(location);
  gateway.holds(resource);
  for (const booking of bookings) gateway.holds(booking);
  expect(await comparison.run()).toEqual({ healed: 5, failed: 0 });
  expect(await comparison.run()).toEqual({ healed: 0, failed: 0 });

  const id = bookings[0]?.data.id ?? '';
  gateway.holds({ definition: bookingEvents.deleted, version: 2, data: { id, deletedAt: new Date().toISOString() } });
  expect(await comparison.run()).toEqual({ healed: 1, failed: 0 });
  expect(
    await stage.row(
      `SELECT deleted_at IS NOT NULL AS gone, changed_no FROM booking JOIN entitlement USING (id) WHERE id = $1`,
      [id],
    ),
  ).toEqual({ gone: true, changed_no: '2' });
});

test('what cannot be made up for is said, and keeps nothing else from being', async () => {
  const location = tell.location();
  const broken = tell.location({ timeZone: 'Nowhere/At_all' });
  gateway.holds(location);
  gateway.holds(broken);
  expect(await comparison.run()).toEqual({ healed: 1, failed: 1 });
  gateway.holds({ ...broken, data: { ...broken.data, timeZone: 'Africa/Cairo' } });
  expect(await comparison.run()).toEqual({ healed: 1, failed: 0 });
});

test('a gateway that knows less than this service changes nothing here', async () => {
  const location = tell.location({}, 4);
  gateway.holds(location);
  await comparison.run();
  gateway.holds({ ...location, version: 2, data: { ...location.data, gracePeriodMinutes: 5 } });
  expect(await comparison.run()).toEqual({ healed: 0, failed: 0 });
  expect(await stage.row('SELECT version FROM location WHERE id = $1', [location.data.id])).toEqual({ version: '4' });
});

test('one process compares at a time, and nobody again before the interval is over', async () => {
  const processes = [1, 2, 3].map(() => new ComparisonSchedule(stage.database, 60_000));
  const claims = await Promise.all(processes.map((schedule) => schedule.claim()));
  expect(claims.filter((epoch) => epoch === 1)).toHaveLength(1);
  await processes[0]?.finish(1, 0);
  expect(await processes[1]?.claim()).toBeUndefined();
  expect(await new ComparisonSchedule(stage.database, 1).claim()).toBe(1);
});

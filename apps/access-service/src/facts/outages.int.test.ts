import { topics } from '@latchkey/contracts';
import { CutProxy, eventually, testStack } from '@latchkey/test-kit';
import { AccessStage } from '../testing/access-stage.ts';
import { tell } from '../testing/tellings.ts';

/** How long servers are away: in `npm run test:full` ten minutes, else until the outage has been noticed. */
const OUTAGE_MS = process.env['LATCHKEY_TEST_FULL'] === '1' ? 10 * 60_000 : 0;
const TEST_TIMEOUT_MS = OUTAGE_MS + 120_000;

let stage: AccessStage;
let postgres: CutProxy;
let temporal: CutProxy;

beforeAll(async () => {
  const { postgresUrl, temporalAddress } = testStack();
  [postgres, temporal] = [await CutProxy.start(new URL(postgresUrl).host), await CutProxy.start(temporalAddress)];
  stage = await AccessStage.create('outages', (env) => {
    const url = new URL(env['DATABASE_URL'] ?? '');
    url.host = postgres.address;
    return { ...env, DATABASE_URL: url.href, TEMPORAL_ADDRESS: temporal.address };
  });
  await stage.start();
});
afterAll(async () => {
  await stage.close();
  await Promise.all([postgres.close(), temporal.close()]);
});

const versionOf = (table: string, id: string) =>
  stage.row<{ version: string }>(`SELECT version FROM ${table} WHERE id = $1`, [id]);
/** Its location's events come on another topic: they change it again where they come after it. */
const isTakenIn = async (id: string) =>
  (await stage.row('SELECT FROM entitlement WHERE id = $1 AND changed_no > 0', [id])) !== undefined;

function outageOver(cutAt: number): Promise<boolean> {
  return eventually(() => Date.now() >= cutAt + OUTAGE_MS, { timeoutMs: TEST_TIMEOUT_MS, intervalMs: 500 });
}

async function retries(): Promise<number> {
  const counts = [...(await stage.metrics()).matchAll(/event_handled_total\{[^}]*outcome="retried"[^}]*\} (\d+)/g)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

test(
  'an outage of PostgreSQL pauses events however often they are tried: none is lost, none a dead letter',
  async () => {
    const location = tell.location();
    await stage.publish(location);
    await eventually(() => versionOf('location', location.data.id).then((row) => row !== undefined), {
      timeoutMs: 30_000,
    });
    postgres.cut();
    const cutAt = Date.now();
    const booking = tell.booking({ locationId: location.data.id, resourceId: location.data.id });
    for (const version of [2, 3]) await stage.publish({ ...location, version });
    await stage.publish(booking);
    await eventually(async () => expect(await retries()).toBeGreaterThan(12), { timeoutMs: 45_000 });
    await outageOver(cutAt);
    expect((await stage.ready()).status).toBe(503);
    postgres.mend();
    await eventually(async () => expect(await versionOf('location', location.data.id)).toEqual({ version: '3' }), {
      timeoutMs: 30_000,
    });
    await eventually(() => isTakenIn(booking.data.id));
    await eventually(async () => expect((await stage.ready()).status).toBe(200), { timeoutMs: 30_000 });
    expect(await stage.deadLetters()).toEqual([]);
  },
  TEST_TIMEOUT_MS,
);

test(
  'an outage of Temporal keeps wakeups in their table; facts are taken in meanwhile',
  async () => {
    temporal.cut();
    const cutAt = Date.now();
    const location = tell.location();
    const booking = tell.booking({ locationId: location.data.id, resourceId: location.data.id });
    await stage.publish(location);
    await stage.publish(booking);
    await eventually(() => isTakenIn(booking.data.id));
    const waiting = () =>
      stage.row('SELECT cause FROM wakeup WHERE entitlement_id = $1 ORDER BY id LIMIT 1', [booking.data.id]);
    await eventually(async () => expect((await stage.ready()).status).toBe(503), { timeoutMs: 30_000 });
    await outageOver(cutAt);
    expect(await waiting()).toEqual({ cause: 'booking made' });
    temporal.mend();
    await eventually(async () => expect(await waiting()).toBeUndefined(), { timeoutMs: 45_000 });
    await eventually(async () => expect((await stage.ready()).status).toBe(200), { timeoutMs: 30_000 });
    expect(await stage.deadLetters()).toEqual([]);
  },
  TEST_TIMEOUT_MS,
);

test('malformed, unknown and poisonous events are dead letters, and hold up nobody', async () => {
  const location = tell.location();
  const resource = tell.resource({ locationId: location.data.id });
  // It passes the contract, and no column can hold it.
  const poison = tell.resource({ locationId: location.data.id, capacity: 3_000_000_000 });
  await stage.publish(poison);
  await stage.publishRaw(topics.catalogue, { key: 'x', value: 'not an event', headers: {} });
  await stage.publish({ ...resource, definition: { ...resource.definition, type: 'billing.resource.changed.v9' } });
  await stage.publish(resource);
  await eventually(async () => expect(await versionOf('resource', resource.data.id)).toEqual({ version: '1' }));
  await eventually(async () =>
    expect((await stage.deadLetters()).map(({ code }) => code)).toEqual([
      'event_refused',
      'event_malformed',
      'event_version_unknown',
    ]),
  );
  expect(await versionOf('resource', poison.data.id)).toBeUndefined();
});

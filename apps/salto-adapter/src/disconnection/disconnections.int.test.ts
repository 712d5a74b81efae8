import { randomUUID } from 'node:crypto';
import type { Membership } from '@latchkey/access-domain';
import type { ApplyRequest, DisconnectionRequest, DisconnectionStep } from '@latchkey/access-workflows';
import type { ConnectionBody, DisconnectionBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { bodyOf, createTestNamespace, eventually, type ProblemBody } from '@latchkey/test-kit';
import { Client } from '@temporalio/client';
import { Doors } from '../access/door.activities.ts';
import { createAdapterWorker } from '../adapter.ts';
import { Connections } from '../connections/connections.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { ConnectStage, locations } from '../testing/connect-stage.ts';
import { Disconnecting } from './disconnection.activities.ts';

const siteId = demo.paris.id;
const { roomA, office1 } = demo.paris.groups;
const path = `/v1/connections/${locations.ours}`;

let stage: ConnectStage;
let doors: Doors;
let steps: Disconnecting;
let connections: Connections;
let client: Client;

beforeAll(async () => {
  const own = await createTestNamespace('disconnections');
  client = new Client({ connection: own.connection, namespace: own.namespace });
  stage = await ConnectStage.create('disconnections', { TEMPORAL_NAMESPACE: own.namespace });
  stage.rig.closes(() => own.close());
  const worker = await createAdapterWorker(stage.rig.config);
  await worker.start();
  stage.rig.closes(() => worker.stop());
  doors = worker.app.get(Doors, { strict: false });
  steps = worker.app.get(Disconnecting, { strict: false });
  connections = worker.app.get(Connections, { strict: false });
}, 60_000);
afterAll(() => stage.rig.close());
beforeEach(async () => {
  stage.rig.fake.removeFaults();
  await stage.rig.pool.query('DELETE FROM connection; DELETE FROM disconnection; DELETE FROM discarded_token');
  await stage.connect();
});

const disconnect = (wish: object = { siteId }) =>
  stage.as('ada').post<DisconnectionBody & ProblemBody>(`${path}/disconnection`, wish);
const read = async () => bodyOf(await stage.as('ada').get<DisconnectionBody>(`${path}/disconnection`));
const status = async () => bodyOf(await stage.as('ada').get<ConnectionBody>(path)).status;

async function request(): Promise<DisconnectionRequest> {
  const { rows } = await stage.rig.pool.query<{ id: string }>('SELECT id FROM disconnection');
  return { version: 1, disconnectionId: rows[0]!.id, locationId: locations.ours, siteId };
}

/** What the workflow does once the connection has ended. */
async function finish(memberships: readonly Membership[]): Promise<DisconnectionStep[]> {
  const one = await request();
  return [
    await steps.endConnection(one),
    await steps.readLeftOpen({ ...one, memberships, isGivenUp: false }),
    await steps.eraseTokens(one),
  ];
}

/** Another location's, as its row shows it. */
async function addConnection(of: string, { status: state = 'connected', locationId = randomUUID() } = {}) {
  await stage.rig.pool.query(
    `INSERT INTO connection (id, location_id, site_id, status, version, refresh_token)
     VALUES ($1, $2, $3, $4, 1, 'sealed')`,
    [randomUUID(), locationId, of, state],
  );
}

/** A new member, put into groups. */
async function grant(...groupIds: string[]): Promise<string> {
  const memberId = randomUUID();
  stage.rig.people.set(memberId, {});
  await doors.applyAccess(wish(memberId, groupIds));
  return memberId;
}

/** As Salto has it. */
async function subscriptionOf(memberId: string): Promise<string | undefined> {
  const { rows } = await stage.rig.pool.query<{ id: string }>(
    'SELECT platform_id AS id FROM salto_user WHERE member_id = $1',
    [memberId],
  );
  return stage.rig.fake.state.siteUsers.ofAccount(siteId, rows[0]?.id ?? '')?.subscription_state;
}

function wish(memberId: string, groupIds: readonly string[], n = 1): ApplyRequest {
  const groups = groupIds.map((id) => ({ id, until: null }));
  const entitlement = { kind: 'booking', id: randomUUID() } as const;
  return { version: 1, siteId, memberId, revision: { epoch: 1, n }, groups, removals: [], urgency: 1, entitlement };
}

test('from the confirmation on nothing is granted or revoked any more, and what is open stays', async () => {
  const memberId = await grant(roomA);
  expect(await disconnect()).toMatchObject({
    status: 202,
    body: { state: 'ending', leftOpen: [], revokesFirst: false },
  });
  expect(await status()).toBe('disconnected');
  await expect(doors.applyAccess(wish(memberId, [], 2))).rejects.toMatchObject({ code: 'connection_disconnected' });
  expect(stage.rig.fake.state.accessGroups.get(roomA)?.members.size).toBe(1);
});

test('an attempt that had begun before writes no more', async () => {
  // It has created the user, and stops where it records that it will add it to the group.
  const gate = await stage.rig.pool.connect();
  await gate.query('BEGIN; LOCK TABLE group_intent IN EXCLUSIVE MODE');
  try {
    const granting = grant(office1);
    const refused = expect(granting).rejects.toMatchObject({ code: 'connection_disconnected' });
    const isWaiting = `SELECT FROM pg_locks WHERE relation = 'group_intent'::regclass AND NOT granted`;
    await eventually(async () => expect((await gate.query(isWaiting)).rowCount).toBeGreaterThan(0));
    expect(await disconnect()).toMatchObject({ status: 202 });
    await gate.query('COMMIT');
    await refused;
  } finally {
    gate.release();
  }
  expect(stage.rig.fake.state.accessGroups.get(office1)?.members.size).toBe(0);
});

const ends = [
  ['was disconnected', () => disconnect()],
  ['has chosen another site', () => stage.connect({ siteId: demo.newYork.id, confirmations: ['change_site'] })],
] as const;
const writes = [
  ['a seat', (site: SaltoKsSite) => site.subscribe(randomUUID())],
  ['a group', (site: SaltoKsSite) => site.addToGroup(office1, randomUUID(), () => Promise.resolve())],
] as const;

test.each(ends.flatMap(([how, end]) => writes.map(([what, write]) => ({ how, end, what, write }))))(
  'who was about to give $what when the location $how sends nothing',
  async ({ end, write }) => {
    const site = await connections.of(siteId, 1);
    await end();
    stage.rig.fake.calls.clear();
    await expect(write(site)).rejects.toMatchObject({ code: 'connection_disconnected', retry: 'later' });
    expect(stage.rig.fake.calls.matching(({ method }) => method !== 'GET')).toEqual([]);
  },
);

test('who is left is read back from Salto, and the tokens are revoked there and erased', async () => {
  const [ada, ben, cem] = [await grant(roomA, office1), await grant(roomA), await grant(roomA)];
  await disconnect();
  // Somebody has taken Ben out by hand meanwhile.
  const { rows } = await stage.rig.pool.query<{ id: string }>(
    `SELECT platform_id AS id FROM salto_user WHERE member_id = $1`,
    [ben],
  );
  stage.rig.fake.state.accessGroups.get(roomA)?.setMember(rows[0]!.id, false, Date.now());
  const memberships = [ada, ben, cem].map((memberId) => ({ memberId, groupId: roomA }));
  expect(await steps.endConnection(await request())).toBe('done');
  expect(await steps.readLeftOpen({ ...(await request()), memberships, isGivenUp: false })).toBe('done');
  expect(await steps.eraseTokens(await request())).toBe('done');
  const done = await read();
  expect(done).toMatchObject({ state: 'done', isReadBack: true });
  expect(done.leftOpen.map(({ memberId }) => memberId).sort()).toEqual([ada, cem].sort());
  const { rows: kept } = await stage.rig.pool.query('SELECT refresh_token, access_token FROM connection');
  expect(kept).toEqual([{ refresh_token: null, access_token: null }]);
  const { rowCount } = await stage.rig.pool.query('SELECT FROM discarded_token');
  expect(rowCount).toBe(1);
  // Each step may be repeated.
  expect(await steps.endConnection(await request())).toBe('done');
  expect(await steps.eraseTokens(await request())).toBe('done');
});

test('where Salto cannot be read any more, our own records have to do, and it is said', async () => {
  const memberId = await grant(roomA);
  await disconnect();
  stage.rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  const left = { memberships: [{ memberId, groupId: roomA }] };
  await expect(steps.readLeftOpen({ ...(await request()), ...left, isGivenUp: false })).rejects.toMatchObject({
    code: 'provider_unavailable',
  });
  await steps.readLeftOpen({ ...(await request()), ...left, isGivenUp: true });
  expect(await read()).toMatchObject({ isReadBack: false, leftOpen: left.memberships });
});

test.each([
  ['asks us to wait for long', { kind: 'rate_limit', retry_after_seconds: 600 }],
  ['refuses the list', { kind: 'answer', status: 403, body: {} }],
  ['answers what nobody understands', { kind: 'answer', status: 418, body: {} }],
] as const)('where Salto %s, reading back is tried again and not given up', async (_, effect) => {
  const memberId = await grant(roomA);
  await disconnect();
  stage.rig.fake.addFaults({ path: '/v1.2/**/users', effect });
  const memberships = [{ memberId, groupId: roomA }];
  const readBack = async () => steps.readLeftOpen({ ...(await request()), memberships, isGivenUp: false });
  // The second time it may be our own budget that knows of the pause.
  for (let time = 1; time <= 2; time += 1) await expect(readBack()).rejects.toMatchObject({ retry: 'soon' });
});

test('to revoke everything first, the connection goes on working until that is done', async () => {
  const memberId = await grant(roomA);
  expect(await disconnect({ siteId, revokesFirst: true })).toMatchObject({ status: 202, body: { state: 'revoking' } });
  expect(await status()).toBe('disconnecting');
  expect(await doors.applyAccess(wish(memberId, [], 2))).toMatchObject({ kind: 'confirmed' });
  await steps.endConnection(await request());
  expect(await read()).toMatchObject({ state: 'ending', revokesFirst: true });
});

test.each(['disconnected', 'needs_reconnect', 'insufficient_permissions', 'site_subscription_expired'])(
  'to revoke everything first works beside another location of the site whose connection is %s',
  async (state) => {
    const memberId = await grant(roomA);
    // Of all locations the first.
    await addConnection(siteId, { status: state, locationId: '00000000-0000-4000-8000-000000000000' });
    await disconnect({ siteId, revokesFirst: true });
    expect(await doors.applyAccess(wish(memberId, [], 2))).toMatchObject({ kind: 'confirmed' });
  },
);

test('before the last connection to a site ends, users without access give their seats back at once', async () => {
  const [memberId, staying] = [await grant(roomA), await grant(roomA)];
  await disconnect({ siteId, revokesFirst: true });
  await doors.applyAccess({ ...wish(memberId, [], 2), removals: [{ id: roomA }] });
  await steps.hurrySeats(await request());
  await eventually(async () => expect(await steps.countHurried(await request())).toBe(0), { timeoutMs: 20_000 });
  expect([await subscriptionOf(memberId), await subscriptionOf(staying)]).toEqual(['suspended', 'subscribed']);
});

test('where another location stays connected to the site, nobody is hurried', async () => {
  const memberId = await grant(roomA);
  await disconnect({ siteId, revokesFirst: true });
  await doors.applyAccess({ ...wish(memberId, [], 2), removals: [{ id: roomA }] });
  await addConnection(siteId);
  await steps.hurrySeats(await request());
  expect(await steps.countHurried(await request())).toBe(0);
  const { rows } = await stage.rig.pool.query('SELECT due_at > now() AS waits FROM user_upkeep WHERE member_id = $1', [
    memberId,
  ]);
  expect(rows).toEqual([{ waits: true }]);
});

test('a token that Salto refuses meanwhile leaves it as it is: somebody connects again, or waits no longer', async () => {
  const memberId = await grant(roomA);
  await disconnect({ siteId, revokesFirst: true });
  stage.rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'invalid_grant' } });
  // As after an hour: the access token is over, and the refresh token has to be used.
  await stage.rig.pool.query(`UPDATE connection SET access_expires_at = now(), token_version = token_version + 1`);
  await expect(doors.applyAccess(wish(memberId, [], 2))).rejects.toMatchObject({ code: 'connection_needs_reconnect' });
  expect(await status()).toBe('disconnecting');
  expect(await disconnect({ siteId, revokesFirst: false })).toMatchObject({ body: { state: 'ending' } });
});

test('a workflow does the rest, and hears of somebody who does not want to wait any longer', async () => {
  await disconnect({ siteId, revokesFirst: true });
  const handle = client.workflow.getHandle(`disconnection:${(await request()).disconnectionId}`);
  const signals = async () =>
    (await handle.fetchHistory()).events?.filter((event) => event.workflowExecutionSignaledEventAttributes).length;
  await eventually(async () => expect(await signals()).toBe(0), { timeoutMs: 30_000 });
  expect(await disconnect({ siteId, revokesFirst: false })).toMatchObject({ body: { state: 'ending' } });
  await eventually(async () => expect(await signals()).toBeGreaterThan(0), { timeoutMs: 30_000 });
  expect(await status()).toBe('disconnected');
});

test('whoever connects to the same site again ends the disconnect, however far it has come', async () => {
  await disconnect();
  const before = await request();
  await stage.connect();
  expect(await steps.endConnection(before)).toBe('withdrawn');
  expect(await steps.readLeftOpen({ ...before, memberships: [], isGivenUp: false })).toBe('withdrawn');
  expect(await steps.eraseTokens(before)).toBe('withdrawn');
  expect(await status()).toBe('connected');
  expect(await stage.as('ada').get(`${path}/disconnection`)).toMatchObject({ status: 404 });
});

test('choosing another site is a disconnect from the present one, whose list its workflow makes', async () => {
  const memberId = await grant(office1);
  await stage.connect({ siteId: demo.newYork.id, confirmations: ['change_site'] });
  expect(await read()).toMatchObject({ siteId, state: 'ending', leftOpen: [] });
  const memberships = [{ memberId, groupId: office1 }];
  expect(await finish(memberships)).toEqual(['done', 'done', 'done']);
  // The new account may not see the old site: the list is of our records.
  expect(await read()).toMatchObject({ siteId, state: 'done', isReadBack: false, leftOpen: memberships });
});

test('a disconnect that is not done when the location connects elsewhere goes on, and leaves the new connection alone', async () => {
  const memberships = [{ memberId: await grant(office1), groupId: office1 }];
  await disconnect();
  await stage.connect({ siteId: demo.newYork.id });
  expect(await finish(memberships)).toEqual(['done', 'done', 'done']);
  expect(await read()).toMatchObject({ siteId, state: 'done', leftOpen: memberships });
  expect(bodyOf(await stage.as('ada').get<ConnectionBody>(path))).toMatchObject({
    siteId: demo.newYork.id,
    status: 'connected',
  });
  const { rows } = await stage.rig.pool.query('SELECT refresh_token IS NOT NULL AS "hasTokens" FROM connection');
  expect(rows).toEqual([{ hasTokens: true }]);
});

test('whoever chooses another site while everything is being revoked waits no longer', async () => {
  await disconnect({ siteId, revokesFirst: true });
  await stage.connect({ siteId: demo.newYork.id, confirmations: ['change_site'] });
  expect(await read()).toMatchObject({ siteId, state: 'ending', revokesFirst: false });
});

test('steps that are repeated after the end change nothing', async () => {
  const memberships = [{ memberId: await grant(office1), groupId: office1 }];
  await disconnect();
  await finish(memberships);
  const done = await read();
  expect(done).toMatchObject({ isReadBack: true, leftOpen: memberships });
  await finish([]);
  expect(await read()).toEqual(done);
});

test.each([
  ['another site', { siteId: demo.newYork.id }, 409, 'site_not_as_shown'],
  ['no site', {}, 400, 'validation_failed'],
  ['nonsense', { siteId: 'x', revokesFirst: 'y' }, 400, 'validation_failed'],
] as const)('to disconnect from %s is refused', async (_, wrong, code, problem) => {
  expect(await disconnect(wrong)).toMatchObject({ status: code, body: { code: problem } });
  expect(await status()).toBe('connected');
});

test('nothing can be revoked first over a connection that does not work', async () => {
  await stage.rig.pool.query(`UPDATE connection SET status = 'needs_reconnect'`);
  const answer = await disconnect({ siteId, revokesFirst: true });
  expect(answer).toMatchObject({ status: 409, body: { code: 'connection_not_working' } });
  expect(await disconnect()).toMatchObject({ status: 202 });
});

import { randomUUID } from 'node:crypto';
import { demo } from '@latchkey/fake-salto-ks';
import { configureLogging, inTransaction, Outbox } from '@latchkey/service-kit';
import { bodyOf } from '@latchkey/test-kit';
import { DataSource } from 'typeorm';
import { Agent } from 'undici';
import { ConnectStage, locations } from '../testing/connect-stage.ts';
import { ConnectionRepository } from './connection.repository.ts';
import { connectionsOf, identityOf } from './connections.module.ts';
import type { Connections } from './connections.ts';
import { ConnectionWatch } from './connection-watch.ts';

const siteId = demo.paris.id;
const { frontDoor } = demo.paris.groups;

let stage: ConnectStage;
let connectionId: string;
let replicas: readonly [Connections, Connections];
let lines: { level: string; status?: string; msg: string }[] = [];
const agent = new Agent();

beforeAll(async () => {
  stage = await ConnectStage.create('connection_states');
  stage.rig.closes(() => agent.close());
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[0]) };
  configureLogging({ service: 'test', level: 'error', format: 'json', destination });
});
afterAll(() => stage.rig.close());

beforeEach(async () => {
  stage.rig.fake.removeFaults();
  await stage.rig.pool.query('DELETE FROM connection; DELETE FROM outbox_message');
  connectionId = (await stage.connect()).id;
  replicas = [newReplica(), newReplica()];
  lines = [];
  stage.rig.fake.calls.clear();
});

function newReplica(): Connections {
  const { app } = stage.service;
  const rows = app.get(ConnectionRepository, { strict: false });
  const { config } = stage.rig;
  const [dataSource, outbox] = [app.get(DataSource, { strict: false }), app.get(Outbox, { strict: false })];
  return connectionsOf(config, [dataSource, outbox, rows, identityOf(config, agent), agent]);
}

/** Each of these asks something of Salto that needs an administrator's role. */
const work = (replica: Connections) => replica.of(siteId, 1).then((site) => site.groupMembers(frontDoor));

/** What many attempts in both replicas come to. */
function manyAttempts(): Promise<(string | undefined)[]> {
  const attempts = [...replicas, ...replicas, ...replicas, ...replicas].map((replica) =>
    work(replica).then(
      () => undefined,
      (error: { code: string }) => error.code,
    ),
  );
  return Promise.all(attempts);
}

const states = async () => (await stage.events()).map(({ data }) => data.status);
const reported = () => lines.filter(({ status }) => status !== undefined).map(({ level, status }) => [level, status]);
const calls = () => stage.rig.fake.calls.matching(() => true).length;

async function gauge(status: string): Promise<string | undefined> {
  const text = await (await fetch(`${stage.address}/metrics`)).text();
  return new RegExp(`salto_connections\\{status="${status}"\\} (\\d+)`).exec(text)?.[1];
}

async function expireToken(): Promise<void> {
  await stage.rig.pool.query('UPDATE connection SET access_expires_at = now()');
}

function administrator() {
  const found = stage.rig.fake.state.siteUsers.ofAccount(siteId, demo.administrator.id);
  if (found === undefined) throw new Error('the demo has no administrator');
  return found;
}

function site() {
  const found = stage.rig.fake.state.sites.get(siteId);
  if (found === undefined) throw new Error('the demo has no Paris');
  return found;
}

test('a refused refresh is one state, one event, one line and one alarm, and no attempt asks Salto any more', async () => {
  await expireToken();
  stage.rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'invalid_grant' } });
  expect(new Set(await manyAttempts())).toEqual(new Set(['connection_needs_reconnect']));
  expect(await states()).toEqual(['connected', 'needs_reconnect']);
  expect(reported()).toEqual([['error', 'needs_reconnect']]);
  expect(await gauge('needs_reconnect')).toBe('1');
  stage.rig.fake.calls.clear();
  expect(new Set(await manyAttempts())).toEqual(new Set(['connection_needs_reconnect']));
  expect(calls()).toBe(0);
});

describe('what is said not to be there', () => {
  const gone = {
    path: `/v1.2/sites/${siteId}/access_groups/**`,
    effect: { kind: 'answer', status: 404, body: {} },
  } as const;
  const remove = () =>
    replicas[0].of(siteId, 1).then((site) => site.removeFromGroup(frontDoor, randomUUID(), () => Promise.resolve()));

  test('is believed of a site that our account administers', async () => {
    stage.rig.fake.addFaults(gone);
    await expect(remove()).rejects.toMatchObject({ code: 'group_missing' });
    expect(await states()).toEqual(['connected']);
  });

  test('is not believed of a site that is not there itself: the connection has lost it', async () => {
    stage.rig.fake.addFaults({ ...gone, path: `/v*/sites/${siteId}/**` }, { ...gone, path: `/v*/sites/${siteId}` });
    await expect(remove()).rejects.toMatchObject({ code: 'insufficient_permissions', retry: 'later' });
    expect(await states()).toEqual(['connected', 'insufficient_permissions']);
  });

  test('is not believed while nobody can tell whether the site is there', async () => {
    const unavailable = { effect: { kind: 'unavailable' } } as const;
    stage.rig.fake.addFaults(
      gone,
      { path: '/v1.2/sites/*', ...unavailable },
      { path: '/v*/sites/*/me', ...unavailable },
    );
    await expect(remove()).rejects.toMatchObject({ code: 'provider_unavailable', retry: 'soon' });
  });
});

test('connecting again with another account makes all replicas work with that one, and keeps the connection', async () => {
  const paris = { id: siteId, site_uid: '-', customer_reference: '-', time_zone: 'UTC', user_amount: 0 };
  const eve = { id: randomUUID(), email: 'eve@latchkey.example', password: 'eve' };
  stage.rig.fake.seed({
    clients: [],
    accounts: [{ ...eve, first_name: 'Eve', last_name: 'Doors' }],
    sites: [{ ...paris, users: [{ user_id: eve.id, role: 'site_admin' }], locks: [], access_groups: [] }],
  });
  // Both hold a token of the account before.
  await manyAttempts();
  const consent = bodyOf(await stage.complete(await stage.goToSalto('ada', locations.ours, eve)));
  expect(consent.account.id).toBe(eve.id);
  const again = bodyOf(await stage.choose(consent));
  expect(again).toMatchObject({ id: connectionId, status: 'connected', version: 2 });
  stage.rig.fake.calls.clear();
  expect(new Set(await manyAttempts())).toEqual(new Set([undefined]));
  const callers = stage.rig.fake.calls.matching(({ path }) => path.startsWith('/v1.2/')).map(({ caller }) => caller);
  expect(new Set(callers)).toEqual(new Set([eve.id]));
});

test('a connection whose token was refused works again once a person has connected it', async () => {
  await expireToken();
  stage.rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'invalid_grant' }, times: 1 });
  await manyAttempts();
  const again = await stage.connect();
  expect(again).toMatchObject({ id: connectionId, status: 'connected', version: 3 });
  expect(new Set(await manyAttempts())).toEqual(new Set([undefined]));
  expect(await states()).toEqual(['connected', 'needs_reconnect', 'connected']);
});

test('a role that our account lost is found by the first refusal, is one state, and heals when a check sees it again', async () => {
  administrator().role_codes = ['site_user'];
  expect(new Set(await manyAttempts())).toEqual(new Set(['insufficient_permissions']));
  expect(await states()).toEqual(['connected', 'insufficient_permissions']);
  expect(reported()).toEqual([['error', 'insufficient_permissions']]);
  stage.rig.fake.calls.clear();
  expect(new Set(await manyAttempts())).toEqual(new Set(['insufficient_permissions']));
  expect(calls()).toBe(0);
  expect(await replicas[0].check(connectionId)).toMatchObject({ status: 'insufficient_permissions', version: 2 });
  administrator().role_codes = ['site_admin'];
  const healed = await Promise.all(replicas.map((replica) => replica.check(connectionId)));
  expect(healed.map((connection) => connection?.status)).toEqual(['connected', 'connected']);
  expect(await states()).toEqual(['connected', 'insufficient_permissions', 'connected']);
  expect(new Set(await manyAttempts())).toEqual(new Set([undefined]));
});

test('an ended subscription of the site is one state, not a thousand failed grants, and heals when it runs again', async () => {
  site().subscription_valid = false;
  const salto = await replicas[0].of(siteId, 1);
  const adding = salto.addToGroup(frontDoor, demo.administrator.id, () => Promise.resolve());
  await expect(adding).rejects.toMatchObject({ code: 'site_subscription_expired', retry: 'later', status: 403 });
  expect(await states()).toEqual(['connected', 'site_subscription_expired']);
  expect(reported()).toEqual([['error', 'site_subscription_expired']]);
  stage.rig.fake.calls.clear();
  expect(new Set(await manyAttempts())).toEqual(new Set(['site_subscription_expired']));
  expect(calls()).toBe(0);
  site().subscription_valid = true;
  expect(await replicas[1].check(connectionId)).toMatchObject({ status: 'connected' });
  expect(await states()).toEqual(['connected', 'site_subscription_expired', 'connected']);
});

test('a refusal that is not about the connection changes nothing, and is looked into once', async () => {
  stage.rig.fake.addFaults({
    path: '/v1.2/sites/*/access_groups/**',
    effect: { kind: 'answer', status: 403, body: { ErrorCode: 2201, Message: 'no' } },
  });
  const outcomes = [await manyAttempts(), await manyAttempts()].flat();
  expect(new Set(outcomes)).toEqual(new Set(['insufficient_permissions']));
  expect(await states()).toEqual(['connected']);
  // Once in each replica.
  expect(stage.rig.fake.calls.matching(({ path }) => path === `/v1.2/sites/${siteId}/me`)).toHaveLength(2);
});

test('a watch finds what has broken before a grant fails, and what works again, once for all replicas', async () => {
  const { app } = stage.service;
  const rows = app.get(ConnectionRepository, { strict: false });
  const watches = replicas.map((replica) => new ConnectionWatch(rows, replica));
  const pass = async () => {
    await stage.rig.pool.query("UPDATE connection SET checked_at = now() - interval '5 minutes'");
    stage.rig.fake.calls.clear();
    await Promise.all(watches.map((each) => each.next()));
    return stage.rig.fake.calls.matching(({ path }) => path.endsWith('/me')).length;
  };
  site().subscription_valid = false;
  expect(await pass()).toBe(1);
  site().subscription_valid = true;
  administrator().role_codes = ['site_user'];
  expect(await pass()).toBe(1);
  administrator().role_codes = ['site_admin'];
  expect(await pass()).toBe(1);
  expect(await states()).toEqual(['connected', 'site_subscription_expired', 'insufficient_permissions', 'connected']);
  stage.rig.fake.calls.clear();
  await watches[0]?.next();
  expect(calls()).toBe(0);
});

test('a check that Salto does not answer says nothing about the connection', async () => {
  stage.rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  await expect(replicas[0].check(connectionId)).rejects.toMatchObject({ code: 'provider_unavailable' });
  expect(await states()).toEqual(['connected']);
});

test('no check revives a connection whose token was refused', async () => {
  await expireToken();
  stage.rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'invalid_grant' }, times: 1 });
  await manyAttempts();
  stage.rig.fake.calls.clear();
  expect(await replicas[0].check(connectionId)).toMatchObject({ status: 'needs_reconnect' });
  expect(calls()).toBe(0);
});

test('no check takes back a disconnect that is under way', async () => {
  const { app } = stage.service;
  const rows = app.get(ConnectionRepository, { strict: false });
  const connection = await rows.byId(connectionId);
  if (connection === undefined) throw new Error('no connection');
  await inTransaction(app.get(DataSource, { strict: false }), (em) => replicas[0].end(em, connection, 'disconnecting'));
  await stage.rig.pool.query("UPDATE connection SET checked_at = now() - interval '5 minutes'");
  await new ConnectionWatch(rows, replicas[0]).next();
  expect(await replicas[1].check(connectionId)).toMatchObject({ status: 'disconnecting' });
});

test('a connection that is broken lists no groups, and says what it lacks', async () => {
  administrator().role_codes = ['site_user'];
  await replicas[0].check(connectionId);
  administrator().role_codes = ['site_admin'];
  const answer = await stage.as('ada').get(`/v1/connections/${locations.ours}/access-groups`);
  expect(answer).toMatchObject({ status: 409, body: { code: 'insufficient_permissions' } });
});

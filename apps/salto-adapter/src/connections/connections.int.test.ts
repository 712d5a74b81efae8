import { randomUUID } from 'node:crypto';
import { connectionEvents, personEvents, topics } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { encodeEvent, type Service } from '@latchkey/service-kit';
import { acceptedNonsense, ApiClient, eventually } from '@latchkey/test-kit';
import { createAdapter } from '../adapter.ts';
import { AdapterRig } from '../testing/adapter-rig.ts';

const siteId = demo.paris.id;
const locationId = randomUUID();
const elsewhere = randomUUID();

let rig: AdapterRig;
let service: Service;
let address: string;
let tokens: Record<
  'operator' | 'reader' | 'administrator' | 'stranger' | 'member' | 'unbound' | 'none',
  string | undefined
>;

beforeAll(async () => {
  rig = await AdapterRig.create('connections');
  await rig.applyTopics();
  service = await createAdapter(rig.config);
  address = await service.start();
  rig.closes(() => service.stop());
  await publishPerson('ada', { administratorOf: [locationId] });
  await publishPerson('bruno', { administratorOf: [elsewhere] });
  await publishPerson('chloe', { memberOf: [locationId] });
  await eventually(async () => expect((await rig.pool.query('SELECT FROM person')).rowCount).toBe(3), {
    timeoutMs: 30_000,
  });
  tokens = {
    operator: await rig.issuer.serviceToken('operator', 'connections:read connections:write'),
    reader: await rig.issuer.serviceToken('reader', 'connections:read', [elsewhere]),
    administrator: await rig.issuer.token({ sub: 'ada' }),
    stranger: await rig.issuer.token({ sub: 'bruno' }),
    member: await rig.issuer.token({ sub: 'chloe' }),
    unbound: await rig.issuer.token({ sub: 'nobody' }),
    none: undefined,
  };
});
afterAll(() => rig.close());
beforeEach(() => rig.fake.removeFaults());

async function publishPerson(
  subject: string,
  roles: { administratorOf?: string[]; memberOf?: string[] },
): Promise<void> {
  const id = randomUUID();
  const accounts = [{ issuer: rig.issuer.issuer, subject }];
  const data = { id, administratorOf: [], memberOf: [], accounts, contactVersion: 1, ...roles };
  const { type, topic } = personEvents.changed;
  const event = {
    id: randomUUID(),
    source: 'urn:test',
    type,
    aggregateId: id,
    version: 1,
    occurredAt: Date.now(),
    data,
  };
  const producer = rig.kafka.producer();
  await producer.connect();
  await producer.send({ topic: rig.kafka.prefixed(topic), messages: [encodeEvent(event)] });
  await producer.disconnect();
}

async function call(method: 'GET' | 'PUT', caller: keyof typeof tokens, body?: object, location = locationId) {
  const token = tokens[caller];
  const response = await fetch(`${address}/v1/connections/${location}`, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('an administrator connects a location with a refresh token, and everybody else hears of it', async () => {
  const connected = await call('PUT', 'administrator', { siteId, refreshToken: await rig.refreshToken() });
  expect(connected).toMatchObject({ status: 200, body: { locationId, siteId, status: 'connected', version: 1 } });
  expect(await call('GET', 'operator')).toEqual(connected);
  const { rows } = await rig.pool.query('SELECT topic, event_type, version, data FROM outbox_message');
  expect(rows).toMatchObject([
    {
      topic: topics.connections,
      event_type: connectionEvents.changed.type,
      version: '1',
      data: { locationId, status: 'connected' },
    },
  ]);
  await eventually(async () => {
    const { rowCount } = await rig.pool.query('SELECT FROM outbox_message WHERE published_at IS NOT NULL');
    expect(rowCount).toBe(1);
  });
});

test('connecting again keeps the connection and raises its version', async () => {
  const before = await call('GET', 'operator');
  const again = await call('PUT', 'operator', { siteId, refreshToken: await rig.refreshToken() });
  expect(again.body).toMatchObject({ id: before.body['id'], version: 2 });
});

test('tokens are not readable in the database, and no answer contains them', async () => {
  const refreshToken = await rig.refreshToken();
  const { body } = await call('PUT', 'operator', { siteId, refreshToken });
  const { rows } = await rig.pool.query('SELECT * FROM connection');
  expect(JSON.stringify([rows, body])).not.toContain(refreshToken);
  expect(JSON.stringify(rows)).not.toContain('eyJ');
  expect(Object.keys(body).sort()).toEqual(['id', 'locationId', 'siteId', 'status', 'version']);
});

test.each([
  ['a refresh token that Salto refuses', { refreshToken: 'wrong' }, 422, 'refresh_token_refused'],
  ['a site that there is not', { siteId: randomUUID() }, 422, 'site_not_administered'],
  ['a readable site id', { siteId: 'FR0000000001' }, 400, 'validation_failed'],
  ['a field too many', { accessToken: 'x' }, 400, 'validation_failed'],
  ['no token', { refreshToken: '' }, 400, 'validation_failed'],
])('%s is refused', async (_, change, status, code) => {
  const body = { siteId, refreshToken: await rig.refreshToken(), ...change };
  expect(await call('PUT', 'operator', body)).toMatchObject({ status, body: { code } });
});

test('a site that the account does not administer is refused', async () => {
  const me = rig.fake.state.siteUsers.ofAccount(siteId, demo.administrator.id);
  if (me === undefined) throw new Error('no administrator');
  me.role_codes = ['site_user'];
  const answer = await call('PUT', 'operator', { siteId, refreshToken: await rig.refreshToken() });
  me.role_codes = ['site_admin'];
  expect(answer).toMatchObject({ status: 422, body: { code: 'site_not_administered' } });
});

test('while Salto does not answer, connecting says so and changes nothing', async () => {
  const before = await call('GET', 'operator');
  const refreshToken = await rig.refreshToken();
  rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  expect(await call('PUT', 'operator', { siteId, refreshToken })).toMatchObject({
    status: 503,
    body: { code: 'salto_unavailable' },
  });
  expect(await call('GET', 'operator')).toEqual(before);
});

/** Every route with every caller that must not get through. */
const refusals = [
  ['GET', 'none', 401, 'token_missing'],
  ['GET', 'unbound', 403, 'account_not_bound'],
  ['GET', 'member', 403, 'role_missing'],
  ['GET', 'stranger', 404, 'connection_not_found'],
  ['GET', 'reader', 404, 'connection_not_found'],
  ['PUT', 'none', 401, 'token_missing'],
  ['PUT', 'unbound', 403, 'account_not_bound'],
  ['PUT', 'member', 403, 'role_missing'],
  ['PUT', 'stranger', 404, 'location_not_found'],
  ['PUT', 'reader', 403, 'scope_missing'],
] as const;

test.each(refusals)('%s by %s answers %i %s', async (method, caller, status, code) => {
  const body = method === 'PUT' ? { siteId, refreshToken: await rig.refreshToken() } : undefined;
  expect(await call(method, caller, body)).toMatchObject({ status, body: { code } });
});

test('no route is missing in the table of refusals', () => {
  const covered = new Set(refusals.map(([method]) => `${method} /v1/connections/:locationId`));
  const routes = service.routes
    .filter(({ path }) => path.includes('v1/'))
    .map(({ method, path }) => `${method} ${path}`);
  expect(new Set(routes)).toEqual(covered);
});

test('every route refuses nonsense with a clear 4xx', async () => {
  const operator = new ApiClient(address, tokens.operator);
  const [route, path] = ['/v1/connections/:locationId', `/v1/connections/${locationId}`];
  const body = { siteId, refreshToken: await rig.refreshToken() };
  expect(await acceptedNonsense(operator, { method: 'GET', route, path })).toEqual([]);
  expect(await acceptedNonsense(operator, { method: 'PUT', route, path, body })).toEqual([]);
});

test('a location without a connection has none', async () => {
  expect(await call('GET', 'operator', undefined, elsewhere)).toMatchObject({
    status: 404,
    body: { code: 'connection_not_found' },
  });
});

test('what operators watch is in the metrics', async () => {
  const text = await (await fetch(`${address}/metrics`)).text();
  expect(text).toMatch(/salto_connections\{status="connected"\} 1/);
  expect(text).toMatch(/salto_outstanding_writes 0/);
  expect(text).toMatch(/salto_quarantined_memberships 0/);
  expect(text).toMatch(/salto_calls_total\{operation="read own roles",outcome="ok"\}/);
});

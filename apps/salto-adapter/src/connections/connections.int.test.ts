import {
  connectionEvents,
  keyRoles,
  topics,
  type ConnectionBody,
  type InspectedAccessGroup,
  type SiteAccessGroups,
} from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { acceptedNonsense, bodyOf, eventually, type ProblemBody } from '@latchkey/test-kit';
import { ConnectStage, locations, type CallerName } from '../testing/connect-stage.ts';

const siteId = demo.paris.id;
const path = `/v1/connections/${locations.ours}`;

let stage: ConnectStage;

beforeAll(async () => {
  stage = await ConnectStage.create('connections');
});
afterAll(() => stage.rig.close());
beforeEach(async () => {
  stage.rig.fake.removeFaults();
  stage.rig.fake.set({ page_size: 100 });
  await stage.rig.pool.query('DELETE FROM connection; DELETE FROM consent; DELETE FROM outbox_message');
});

test('an administrator connects a location by consent, and everybody else hears of it', async () => {
  const connected = await stage.connect();
  const expected = { locationId: locations.ours, siteId, status: 'connected', keyVisibility: keyRoles, version: 1 };
  expect(connected).toMatchObject(expected);
  expect(bodyOf(await stage.as('operator').get(path))).toEqual(connected);
  const { rows } = await stage.rig.pool.query('SELECT topic, event_type, version, data FROM outbox_message');
  const { version: _, ...data } = connected;
  expect(rows).toEqual([{ topic: topics.connections, event_type: connectionEvents.changed.type, version: '1', data }]);
  await eventually(async () => {
    const { rowCount } = await stage.rig.pool.query('SELECT FROM outbox_message WHERE published_at IS NOT NULL');
    expect(rowCount).toBe(1);
  });
});

test('connecting again keeps the connection and its settings, and raises its version', async () => {
  const before = await stage.connect({ keyVisibility: ['member', 'invitee'] });
  const again = await stage.connect();
  expect(again).toEqual({ ...before, version: 2 });
});

test('tokens and the account are not readable in the database, and no answer contains a token', async () => {
  const consent = await stage.consent();
  const { rows: consents } = await stage.rig.pool.query('SELECT * FROM consent');
  const body = bodyOf(await stage.choose(consent));
  const { rows: connections } = await stage.rig.pool.query('SELECT * FROM connection');
  const refreshTokens = [...stage.rig.fake.state.refreshTokens.all()].map(({ id }) => id);
  const stored = JSON.stringify([consents, connections, await stage.events()]);
  expect(refreshTokens.filter((token) => stored.includes(token))).toEqual([]);
  expect(stored).not.toMatch(/eyJ|doors@latchkey|Dora/);
  expect(JSON.stringify([consent, body])).not.toContain('eyJ');
  expect(Object.keys(body).sort()).toEqual(['id', 'keyVisibility', 'locationId', 'siteId', 'status', 'version']);
});

test('which roles see the digital key is chosen with the site, changed later, and told to everybody', async () => {
  const connected = await stage.connect({ keyVisibility: ['member'] });
  expect(connected.keyVisibility).toEqual(['member']);
  const ada = stage.as('ada');
  const changed = await ada.put<ConnectionBody>(`${path}/visibility`, { keyVisibility: [] }, connected.version);
  expect(changed).toMatchObject({ status: 200, body: { ...connected, keyVisibility: [], version: 2 } });
  expect((await stage.events()).map(({ data }) => data.keyVisibility)).toEqual([['member'], []]);
  const stale = await ada.put<ProblemBody>(`${path}/visibility`, { keyVisibility: ['member'] }, connected.version);
  expect(stale).toMatchObject({ status: 412, body: { code: 'version_conflict' } });
});

test.each([
  ['a role that there is not', ['owner']],
  ['a role twice', ['member', 'member']],
])('a visibility with %s is refused', async (_, keyVisibility) => {
  const { version } = await stage.connect();
  const answer = await stage.as('ada').put<ProblemBody>(`${path}/visibility`, { keyVisibility }, version);
  expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
});

test("the site's access groups are listed from all of Salto's pages, and searched by a part of the name", async () => {
  await stage.connect();
  stage.rig.fake.set({ page_size: 2 });
  const all = bodyOf(await stage.as('ada').get<SiteAccessGroups>(`${path}/access-groups`));
  expect(all.items.map(({ id }) => id).sort()).toEqual(Object.values(demo.paris.groups).sort());
  const found = bodyOf(await stage.as('ada').get<SiteAccessGroups>(`${path}/access-groups?search=ROOM%20a`));
  expect(found).toEqual({ items: [{ id: demo.paris.groups.roomA, name: 'Front door and room A' }] });
});

test('a group is looked at before it is chosen: what it would open, and who is in it', async () => {
  await stage.connect();
  const { unscheduled, roomA } = demo.paris.groups;
  const inspect = (groupId: string) => stage.as('ada').get<InspectedAccessGroup>(`${path}/access-groups/${groupId}`);
  expect((await inspect(unscheduled)).body).toMatchObject({
    id: unscheduled,
    problems: ['group_without_schedule'],
    opensNothing: true,
  });
  stage.rig.fake.state.accessGroups.get(roomA)?.setMember(demo.administrator.id, true, Date.now());
  expect((await inspect(roomA)).body).toEqual({
    id: roomA,
    name: 'Front door and room A',
    memberCount: 1,
    foreignCount: 1,
    problems: ['group_with_foreign_members'],
    opensNothing: false,
  });
  expect(await inspect('00000000-0000-4000-8000-000000000009')).toMatchObject({
    status: 404,
    body: { code: 'access_group_not_found' },
  });
});

test('while Salto does not answer, its groups cannot be listed, and the answer says so', async () => {
  await stage.connect();
  stage.rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  const answer = await stage.as('ada').get(`${path}/access-groups`);
  expect(answer).toMatchObject({ status: 503, body: { code: 'salto_unavailable' } });
});

const visibility = { keyVisibility: [...keyRoles] };
const consentId = '00000000-0000-4000-8000-000000000001';
/** Each route, and a request to it that makes sense. */
const requests = {
  read: { method: 'GET', route: '/v1/connections/:locationId', path },
  connect: {
    method: 'PUT',
    route: '/v1/connections/:locationId',
    path,
    body: { consentId, accountId: 'x', siteId, keyVisibility: [...keyRoles], confirmations: [] },
  },
  visibility: {
    method: 'PUT',
    route: '/v1/connections/:locationId/visibility',
    path: `${path}/visibility`,
    body: visibility,
    version: 1,
  },
  groups: { method: 'GET', route: '/v1/connections/:locationId/access-groups', path: `${path}/access-groups` },
  group: {
    method: 'GET',
    route: '/v1/connections/:locationId/access-groups/:groupId',
    path: `${path}/access-groups/${demo.paris.groups.roomA}`,
  },
  disconnection: {
    method: 'GET',
    route: '/v1/connections/:locationId/disconnection',
    path: `${path}/disconnection`,
  },
  disconnect: {
    method: 'POST',
    route: '/v1/connections/:locationId/disconnection',
    path: `${path}/disconnection`,
    body: { siteId, revokesFirst: false },
  },
  begin: { method: 'POST', route: '/v1/connections/:locationId/consents', path: `${path}/consents` },
  complete: {
    method: 'POST',
    route: '/v1/consents/completions',
    path: '/v1/consents/completions',
    body: { state: 'unknown', code: 'x' },
  },
  consent: { method: 'GET', route: '/v1/consents/:consentId', path: `/v1/consents/${consentId}` },
  abandon: { method: 'DELETE', route: '/v1/consents/:consentId', path: `/v1/consents/${consentId}` },
} as const;
type RequestName = keyof typeof requests;

/** Every route with every caller that must not get through. */
const refusals: readonly (readonly [RequestName, CallerName, number, string])[] = [
  ...(Object.keys(requests) as RequestName[]).flatMap(
    (name) =>
      [
        [name, 'none', 401, 'token_missing'],
        [name, 'unbound', 403, 'account_not_bound'],
        [name, 'chloe', 403, 'role_missing'],
      ] as const,
  ),
  ['read', 'bruno', 404, 'connection_not_found'],
  ['read', 'reader', 404, 'connection_not_found'],
  ['visibility', 'bruno', 404, 'connection_not_found'],
  ['visibility', 'reader', 403, 'scope_missing'],
  ['groups', 'bruno', 404, 'connection_not_found'],
  ['groups', 'reader', 404, 'connection_not_found'],
  ['group', 'bruno', 404, 'connection_not_found'],
  ['group', 'reader', 404, 'connection_not_found'],
  ['disconnection', 'bruno', 404, 'disconnection_not_found'],
  ['disconnection', 'reader', 404, 'disconnection_not_found'],
  ['disconnect', 'bruno', 404, 'connection_not_found'],
  ['connect', 'bruno', 404, 'location_not_found'],
  ['begin', 'bruno', 404, 'location_not_found'],
  ...(['connect', 'disconnect', 'begin', 'complete', 'consent', 'abandon'] as const).map(
    (name) => [name, 'operator', 403, 'role_missing'] as const,
  ),
];

test.each(refusals)('%s by %s answers %i %s', async (name, caller, status, code) => {
  await stage.connect();
  const { method, path: to, body, version } = { body: undefined, version: 1, ...requests[name] };
  const answer = await stage.as(caller).send<ProblemBody>(method, to, body, { version });
  expect(answer).toMatchObject({ status, body: { code } });
});

test('no route is missing in the table of refusals', () => {
  const covered = new Set(refusals.map(([name]) => `${requests[name].method} ${requests[name].route}`));
  const isOthers = /\/(link-proposals|end-policy|users|seats|people|adoptions)/; // in people/, seats/ and adoption/
  const routes = stage.service.routes.filter(({ path: of }) => of.includes('v1/') && !isOthers.test(of));
  expect(new Set(routes.map((route) => `${route.method} ${route.path}`))).toEqual(covered);
});

test('every route refuses nonsense with a clear 4xx', async () => {
  await stage.connect();
  const accepted = Object.values(requests).map((request) => acceptedNonsense(stage.as('ada'), request));
  expect((await Promise.all(accepted)).flat()).toEqual([]);
});

test('a location without a connection has none', async () => {
  const answer = await stage.as('operator').get(`/v1/connections/${locations.elsewhere}`);
  expect(answer).toMatchObject({ status: 404, body: { code: 'connection_not_found' } });
});

test('what operators watch is in the metrics', async () => {
  await stage.connect();
  const text = await (await fetch(`${stage.address}/metrics`)).text();
  expect(text).toMatch(/salto_connections\{status="connected"\} 1/);
  expect(text).toMatch(/salto_outstanding_writes 0/);
  expect(text).toMatch(/salto_quarantined_memberships 0/);
  expect(text).toMatch(/salto_calls_total\{operation="read own roles",outcome="ok"\}/);
});

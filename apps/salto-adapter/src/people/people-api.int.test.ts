import { randomUUID } from 'node:crypto';
import { linkEvents, type LinkProposalBody, type SaltoUserBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { acceptedNonsense, ApiClient, bodyOf } from '@latchkey/test-kit';
import { Sealer } from '../encryption/sealer.ts';
import { ConnectStage, locations } from '../testing/connect-stage.ts';
import { shownIdentity } from './link-proposal-rows.ts';

const siteId = demo.paris.id;
const here = `/v1/connections/${locations.ours}`;

let stage: ConnectStage;
let administrator: ApiClient;
let callers: Record<string, ApiClient>;

beforeAll(async () => {
  stage = await ConnectStage.create('people_api');
  await stage.connect();
  administrator = stage.as('ada');
  const reads = await stage.rig.issuer.serviceToken('program', 'connections:read');
  callers = {
    nobody: stage.as('none'),
    stranger: stage.as('bruno'),
    member: stage.as('chloe'),
    reader: new ApiClient(stage.address, reads),
  };
});
afterAll(() => stage.rig.close());
beforeEach(() => stage.rig.pool.query('DELETE FROM link_proposal; DELETE FROM salto_user; DELETE FROM user_upkeep'));

/** Somebody of the location; the roles of people are known from events. */
async function known(locationId: string, role: 'member_of' | 'invitee_of' = 'member_of'): Promise<string> {
  const memberId = randomUUID();
  await stage.rig.pool.query(`INSERT INTO person (member_id, ${role}) VALUES ($1, $2)`, [memberId, [locationId]]);
  return memberId;
}

/** The member has a user at the site that others made. */
async function propose(someone?: string, saltoUserId = 'shown'): Promise<string> {
  const memberId = someone ?? (await known(locations.ours));
  const sealer = stage.service.app.get(Sealer, { strict: false });
  const shown = sealer.seal(JSON.stringify({ alias: 'F X', email: 'f@x.example' }), shownIdentity(siteId, memberId));
  await stage.rig.pool.query(
    `INSERT INTO link_proposal (site_id, member_id, site_user_id, platform_id, shown, found_at)
     VALUES ($1, $2, $3, $4, $5, '2026-11-01')`,
    [siteId, memberId, randomUUID(), saltoUserId, shown],
  );
  return memberId;
}

async function linkUser(someone?: string): Promise<string> {
  const memberId = someone ?? (await known(locations.ours));
  await stage.rig.pool.query(
    `INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
     VALUES ($1, $2, $3, $3, 'created', true, now())`,
    [siteId, memberId, randomUUID()],
  );
  return memberId;
}

async function told(): Promise<object[]> {
  const sql = 'SELECT version, data FROM outbox_message WHERE event_type = $1 ORDER BY id';
  const { rows } = await stage.rig.pool.query<{ version: string; data: { memberId: string; decision: string } }>(sql, [
    linkEvents.changed.type,
  ]);
  return rows.map(({ version, data }) => ({ version, memberId: data.memberId, decision: data.decision }));
}

const link = { saltoUserId: 'shown', decision: 'link' };
type ProposalPage = { items: LinkProposalBody[]; nextCursor?: string };

describe('link proposals', () => {
  test('show an administrator whom they are about, page by page', async () => {
    const members = [await propose(), await propose(), await propose()].sort();
    const first = (await administrator.get<ProposalPage>(`${here}/link-proposals?limit=2`)).body;
    expect(first.items[0]).toEqual({
      memberId: members[0],
      saltoUser: { id: 'shown', alias: 'F X', email: 'f@x.example' },
      foundAt: '2026-11-01T00:00:00.000Z',
      decision: null,
    });
    const next = `${here}/link-proposals?limit=2&cursor=${first.nextCursor ?? ''}`;
    const second = (await administrator.get<ProposalPage>(next)).body;
    expect([...first.items, ...second.items].map(({ memberId }) => memberId)).toEqual(members);
    expect(second.nextCursor).toBeUndefined();
  });

  test('are decided once, and the access-service hears of it', async () => {
    const memberId = await propose();
    const path = `${here}/link-proposals/${memberId}`;
    expect(await administrator.post(path, link)).toMatchObject({ status: 200, body: link });
    await administrator.post(path, link);
    expect(await told()).toEqual([{ version: '2', memberId, decision: 'link' }]);
    await administrator.post(path, { ...link, decision: 'refuse' });
    expect((await told()).at(-1)).toEqual({ version: '3', memberId, decision: 'refuse' });
  });

  test('are decided in bulk; what is not proposed any more hinders nothing', async () => {
    const [one, other, gone] = [await propose(), await propose(), randomUUID()];
    const decisions = [one, gone, other].map((memberId) => ({ memberId, ...link }));
    const { body } = await administrator.post<{ decided: { memberId: string; outcome: string }[] }>(
      `${here}/link-proposals`,
      { decisions },
    );
    const outcomes = Object.fromEntries(body.decided.map(({ memberId, outcome }) => [memberId, outcome]));
    expect(outcomes).toEqual({ [one]: 'decided', [other]: 'decided', [gone]: 'not_found' });
  });

  test('are decided for the user that was shown, and not for another that has taken its place', async () => {
    const [one, other] = [await propose(undefined, 'another'), await propose(undefined, 'another')];
    expect(await administrator.post(`${here}/link-proposals/${one}`, link)).toMatchObject({
      status: 409,
      body: { code: 'match_changed' },
    });
    const many = await administrator.post(`${here}/link-proposals`, { decisions: [{ memberId: other, ...link }] });
    expect(many.body).toEqual({ decided: [{ memberId: other, outcome: 'match_changed' }] });
    expect((await stage.rig.pool.query('SELECT FROM link_proposal WHERE decision IS NULL')).rowCount).toBe(2);
    expect(await told()).not.toContainEqual(expect.objectContaining({ memberId: one }));
  });

  test('for nobody are not found', async () => {
    const path = `${here}/link-proposals/${randomUUID()}`;
    expect(await administrator.post(path, link)).toMatchObject({
      status: 404,
      body: { code: 'link_proposal_not_found' },
    });
  });
});

test('operators see how much waits for a person', async () => {
  await propose();
  const failing = await linkUser();
  await stage.rig.pool.query(
    `INSERT INTO user_upkeep (site_id, member_id, due_at, failure_code) VALUES ($1, $2, now(), 'email_conflict')`,
    [siteId, failing],
  );
  const text = await (await fetch(`${stage.address}/metrics`)).text();
  expect(text).toMatch(/salto_link_proposals 1/);
  expect(text).toMatch(/salto_user_troubles\{code="email_conflict"\} 1/);
});

test('the end policy is "suspend" until an administrator chooses another', async () => {
  expect((await administrator.get(`${here}/end-policy`)).body).toEqual({ kind: 'suspend' });
  const policy = { kind: 'delete', days: 15 };
  expect(await administrator.put(`${here}/end-policy`, policy, 0)).toMatchObject({ status: 200, body: policy });
  expect((await administrator.get(`${here}/end-policy`)).body).toEqual(policy);
  expect((await administrator.put(`${here}/end-policy`, { kind: 'delete' }, 0)).status).toBe(400);
  await administrator.put(`${here}/end-policy`, { kind: 'keep' }, 0);
  expect((await administrator.get(`${here}/end-policy`)).body).toEqual({ kind: 'keep' });
});

test('users are listed by id with what troubles them, which can be retried', async () => {
  const [fine, failing] = [await linkUser(), await linkUser()];
  await stage.rig.pool.query(
    `INSERT INTO user_upkeep (site_id, member_id, due_at, attempts, failure_code, failure_message)
     VALUES ($1, $2, 'infinity', 1, 'email_conflict', 'another user has it')`,
    [siteId, failing],
  );
  const all = (await administrator.get<{ items: SaltoUserBody[] }>(`${here}/users`)).body.items;
  expect(all.map(({ memberId }) => memberId).sort()).toEqual([fine, failing].sort());
  const troubled = (await administrator.get<{ items: SaltoUserBody[] }>(`${here}/users?failing=true`)).body.items;
  expect(troubled).toMatchObject([
    {
      memberId: failing,
      origin: 'created',
      hasSeat: true,
      failure: { code: 'email_conflict', cause: 'another user has it', attempts: 1, nextAttemptAt: null },
    },
  ]);
  expect((await administrator.post(`${here}/users/${failing}/retry`, undefined)).status).toBe(202);
  const due = await stage.rig.pool.query('SELECT FROM user_upkeep WHERE member_id = $1 AND due_at <= now()', [failing]);
  expect(due.rowCount).toBe(1);
  expect((await administrator.post(`${here}/users/${randomUUID()}/retry`, undefined)).status).toBe(404);
});

describe('at a site that locations share an administrator reaches only its own people', () => {
  const proposalsOf = async (caller: 'ada' | 'dina', locationId: string) => {
    const path = `/v1/connections/${locationId}/link-proposals`;
    return bodyOf(await stage.as(caller).get<ProposalPage>(path)).items.map(({ memberId }) => memberId);
  };
  const usersOf = async (locationId: string) => {
    const path = `/v1/connections/${locationId}/users`;
    return bodyOf(await administrator.get<{ items: SaltoUserBody[] }>(path)).items.map(({ memberId }) => memberId);
  };
  beforeAll(() => stage.connect({ confirmations: ['share_site'] }, locations.alsoOurs));

  test('of proposals, also those of invitees', async () => {
    const [own, guest] = [await known(locations.ours), await known(locations.ours, 'invitee_of')];
    const theirs = await known(locations.alsoOurs);
    for (const memberId of [own, guest, theirs]) await propose(memberId);
    expect(await proposalsOf('dina', locations.ours)).toEqual([own, guest].sort());
    expect(await proposalsOf('ada', locations.alsoOurs)).toEqual([theirs]);
  });

  test('to decide about', async () => {
    const theirs = await propose(await known(locations.alsoOurs));
    const dina = stage.as('dina');
    const path = `${here}/link-proposals`;
    const one = await dina.post(`${path}/${theirs}`, link);
    expect(one).toMatchObject({ status: 404, body: { code: 'link_proposal_not_found' } });
    const many = await dina.post(path, { decisions: [{ memberId: theirs, ...link }] });
    expect(many.body).toEqual({ decided: [{ memberId: theirs, outcome: 'not_found' }] });
    expect((await stage.rig.pool.query('SELECT FROM link_proposal WHERE decision IS NULL')).rowCount).toBe(1);
  });

  test('of users; those of nobody are seen by all, so that somebody sees to them', async () => {
    const [own, theirs, gone] = [await linkUser(), await known(locations.alsoOurs), await linkUser(randomUUID())];
    await linkUser(theirs);
    expect(await usersOf(locations.ours)).toEqual([own, gone].sort());
    expect(await usersOf(locations.alsoOurs)).toEqual([theirs, gone].sort());
    expect((await stage.as('dina').post(`${here}/users/${theirs}/retry`, undefined)).status).toBe(404);
    expect((await stage.as('dina').post(`${here}/users/${gone}/retry`, undefined)).status).toBe(202);
  });
});

/** Every route, with a sensible request. `service`: whether a program with the scope to read gets through. */
const routes = [
  { method: 'GET', route: '/link-proposals', service: false },
  { method: 'POST', route: '/link-proposals', body: { decisions: [{ memberId: randomUUID(), ...link }] } },
  { method: 'POST', route: '/link-proposals/:memberId', body: link },
  { method: 'GET', route: '/end-policy', service: true },
  { method: 'PUT', route: '/end-policy', body: { kind: 'suspend' } },
  { method: 'GET', route: '/users', service: true },
  { method: 'POST', route: '/users/:memberId/retry' },
];
const pathOf = (route: string) => here + route.replace(':memberId', randomUUID());

test.each(routes)(
  '$method $route is for administrators of the location',
  async ({ method, route, body, service: reads }) => {
    const status = async (caller: string) => (await callers[caller]!.send(method, pathOf(route), body)).status;
    expect([await status('nobody'), await status('stranger'), await status('member')]).toEqual([401, 404, 403]);
    expect(await status('reader')).toBe(reads ? 200 : 403);
  },
);

test('no route is missing there', () => {
  const own = stage.service.routes.filter(({ path }) => /:locationId\/(link-proposals|end-policy|users)/.test(path));
  const names = own.map(({ method, path }) => `${method} ${path.replace('/v1/connections/:locationId', '')}`);
  expect(names.sort()).toEqual(routes.map(({ method, route }) => `${method} ${route}`).sort());
});

test.each(routes)('$method $route refuses nonsense with a clear 4xx', async ({ method, route, body }) => {
  const probe = { method, route: `/v1/connections/:locationId${route}`, path: pathOf(route), ...(body && { body }) };
  expect(await acceptedNonsense(administrator, probe)).toEqual([]);
});

test('a location without a connection has none of it', async () => {
  const elsewhere = `/v1/connections/${randomUUID()}`;
  for (const path of ['/users', '/end-policy']) {
    expect(await callers['reader']!.get(elsewhere + path)).toMatchObject({
      status: 404,
      body: { code: 'connection_not_found' },
    });
  }
});

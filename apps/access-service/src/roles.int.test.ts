import type { AccessRule, Route } from '@latchkey/service-kit';
import { acceptedNonsense, eventually, type ApiClient, type ProblemBody } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { AccessStage, ALL_SCOPES } from './testing/access-stage.ts';
import { tell } from './testing/tellings.ts';

/** What a caller gets: `seen` shows it something of the others, `hidden` nothing; a refusal is its status and code. */
type Outcome = 'hidden' | 'seen' | '404' | `${number} ${string}`;

/** How to call a route on something that is not the caller's, and what becomes of it where the route's rule lets in. */
interface Probe {
  readonly path: string;
  readonly body?: object;
  /** For people and programs of other locations. */
  readonly outsider: Outcome;
  /** For a member of the location who administers another. */
  readonly memberHere: Outcome;
  /** For another member of the location, where its role is let in at all. */
  readonly member?: Outcome;
}

let stage: AccessStage;
let probes: ReadonlyMap<string, Probe>;
let subjectId: string;
let locationId: string;
const callers = new Map<string, ApiClient>();

const NOT_YOURS = '403 location_not_yours';

beforeAll(async () => {
  stage = await (await AccessStage.create('access roles')).start();
  const [here, elsewhere] = [tell.location(), tell.location()];
  locationId = here.data.id;
  const plan = tell.plan({ locationId });
  const resource = tell.resource({ locationId });
  const item = { kind: 'plan' as const, id: randomUUID(), planId: plan.data.id };
  const subject = personOf('subject', [], [locationId]);
  subjectId = subject.data.id;
  const holder = { kind: 'member' as const, personId: subjectId };
  const subscription = tell.subscription({ locationId, items: [item], holder });
  const booking = tell.booking({ locationId, resourceId: resource.data.id, ownerId: subjectId });
  await stage.publish(here);
  await stage.publish(elsewhere);
  await stage.publish(tell.connection({ locationId }));
  await stage.publish(plan);
  await stage.publish(resource);
  await stage.publish(subject);
  await stage.publish(subscription);
  await stage.publish(booking);
  const other = elsewhere.data.id;
  await stage.publish(personOf('member', [], [locationId]));
  await stage.publish(personOf('member elsewhere', [], [other]));
  await stage.publish(personOf('administrator elsewhere', [other], []));
  await stage.publish(personOf('administrator elsewhere, member here', [other], [locationId]));
  await stage.publish(personOf('administrator', [locationId], []));

  const grant = await aGrant(resource.data.id, booking.data.id);
  await eventually(async () =>
    expect(await stage.row('SELECT count(*)::int AS n FROM person_account')).toEqual({ n: 6 }),
  );
  await callersFrom(other);
  probes = probesOf({
    plan: plan.data.id,
    resource: resource.data.id,
    item: `${subscription.data.id}/items/${item.id}`,
    booking: booking.data.id,
    grant,
  });
});
afterAll(() => stage.close());

function personOf(subject: string, administratorOf: string[], memberOf: string[]) {
  return tell.person({ administratorOf, memberOf, accounts: [{ issuer: stage.issuer.issuer, subject }] });
}

async function aGrant(resourceId: string, bookingId: string): Promise<string> {
  const root = await stage.root();
  const path = `/v1/entitlements/booking/${bookingId}/grants`;
  await eventually(async () => expect((await root.get(path)).status).toBe(200), { timeoutMs: 30_000 });
  await eventually(async () =>
    expect((await root.put(`/v1/resources/${resourceId}/access`, { groupIds: ['front'] }, 0)).status).toBe(200),
  );
  const entitlement = { kind: 'booking', id: bookingId } as const;
  await stage.inTransaction((em, ledger) =>
    ledger.entitlementChanged(em, entitlement, { signal: 'changed', cause: 'a test' }),
  );
  const row = await stage.row<{ id: string }>('SELECT id FROM grant_row WHERE entitlement_id = $1', [bookingId]);
  return row?.id ?? '';
}

async function callersFrom(elsewhere: string): Promise<void> {
  const { issuer } = stage;
  const signedIn = async (sub: string) => stage.client(await issuer.token({ sub }));
  for (const sub of [
    'subject',
    'member',
    'member elsewhere',
    'administrator elsewhere',
    'administrator elsewhere, member here',
    'administrator',
    'unbound',
  ]) {
    callers.set(sub, await signedIn(sub));
  }
  callers.set('program without scopes', stage.client(await issuer.serviceToken('bare', 'none')));
  callers.set('program elsewhere', stage.client(await issuer.serviceToken('far', ALL_SCOPES, [elsewhere])));
  callers.set('program that reads', stage.client(await issuer.serviceToken('reader', 'access:read')));
}

function probesOf(of: Record<'plan' | 'resource' | 'item' | 'booking' | 'grant', string>): ReadonlyMap<string, Probe> {
  const setting = (route: string, path: string): [string, Probe][] => [
    [`GET ${route}`, { path, outsider: '404', memberHere: NOT_YOURS }],
    [`PUT ${route}`, { path, body: { groupIds: ['x'] }, outsider: '404', memberHere: NOT_YOURS }],
  ];
  const one = '404' as const;
  return new Map<string, Probe>([
    ...setting('/v1/plans/:id/access', `/v1/plans/${of.plan}/access`),
    [
      'POST /v1/plans/:id/access/application',
      {
        path: `/v1/plans/${of.plan}/access/application`,
        body: { version: 0, dryRun: true, includeChosenByHand: false },
        outsider: '404',
        memberHere: NOT_YOURS,
      },
    ],
    ...setting('/v1/resources/:id/access', `/v1/resources/${of.resource}/access`),
    ...setting('/v1/subscriptions/:id/items/:itemId/access', `/v1/subscriptions/${of.item}/access`),
    ['GET /v1/grants', { path: '/v1/grants?limit=200', outsider: 'hidden', memberHere: 'hidden' }],
    [
      'GET /v1/members/:id/grants',
      { path: `/v1/members/${subjectId}/grants`, outsider: one, memberHere: one, member: one },
    ],
    ['GET /v1/people/:id/door-events', { path: `/v1/people/${subjectId}/door-events`, outsider: one, memberHere: one }],
    [
      'GET /v1/entitlements/:kind/:id/grants',
      { path: `/v1/entitlements/booking/${of.booking}/grants`, outsider: one, memberHere: one, member: one },
    ],
    [
      'GET /v1/locations/:id/seat-forecast',
      { path: `/v1/locations/${locationId}/seat-forecast`, outsider: one, memberHere: NOT_YOURS },
    ],
    ['POST /v1/grants/:id/retry', { path: `/v1/grants/${of.grant}/retry`, outsider: one, memberHere: NOT_YOURS }],
    ['POST /v1/members/:id/retry', { path: `/v1/members/${subjectId}/retry`, outsider: one, memberHere: one }],
    [
      'POST /v1/locations/:id/retry',
      { path: `/v1/locations/${locationId}/retry`, outsider: one, memberHere: NOT_YOURS },
    ],
    [
      'POST /v1/locations/:id/access-settings/check',
      {
        path: `/v1/locations/${locationId}/access-settings/check`,
        body: { groupIds: ['front'] },
        outsider: one,
        memberHere: NOT_YOURS,
      },
    ],
    ...['GET /site-check', 'POST /site-check', 'GET /drift-findings', 'GET /disconnection-preview'].map(
      (route): [string, Probe] => {
        const [method, what] = route.split(' ');
        const path = `/v1/locations/${locationId}${what}`;
        return [`${method} /v1/locations/:id${what}`, { path, outsider: one, memberHere: NOT_YOURS }];
      },
    ),
    [
      'GET /v1/locations/:id/access-groups/:groupId/entitled-members',
      {
        path: `/v1/locations/${locationId}/access-groups/front/entitled-members?memberId=${subjectId}`,
        outsider: one,
        memberHere: NOT_YOURS,
      },
    ],
    [
      'POST /v1/locations/:id/drift-findings/decisions',
      {
        path: `/v1/locations/${locationId}/drift-findings/decisions`,
        body: { decision: 'leave', findingIds: [randomUUID()] },
        outsider: one,
        memberHere: NOT_YOURS,
      },
    ],
  ]);
}

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const apiRoutes = () => stage.service.routes.filter(({ path }) => path.startsWith('/v1/'));
const probeOf = (route: Route) => probes.get(nameOf(route))!;

async function outcome(route: Route, client: ApiClient): Promise<Outcome> {
  const { path, body } = probeOf(route);
  const answer = await client.send<ProblemBody>(route.method, path, body, { version: 0 });
  if (answer.status === 404) return '404';
  if (answer.status >= 400) return `${answer.status} ${answer.body.code}`;
  return JSON.stringify(answer.body).includes(subjectId) ? 'seen' : 'hidden';
}

/** All routes at once, so that a failure shows every one that is wrong. */
async function expectOutcomes(caller: string, expected: (rule: AccessRule, probe: Probe) => Outcome): Promise<void> {
  const client = callers.get(caller)!;
  const found: Record<string, Outcome> = {};
  const wanted: Record<string, Outcome> = {};
  for (const route of apiRoutes()) {
    found[nameOf(route)] = await outcome(route, client);
    wanted[nameOf(route)] = expected(route.rule as AccessRule, probeOf(route));
  }
  expect(found).toEqual(wanted);
}

test('every route has a probe, and every probe a route', () => {
  expect([...probes.keys()].sort()).toEqual(apiRoutes().map(nameOf).sort());
});

test('nobody gets anything without a token', async () => {
  const anybody = stage.client(undefined);
  for (const route of apiRoutes()) {
    const { path, body } = probeOf(route);
    expect([nameOf(route), (await anybody.send(route.method, path, body)).status]).toEqual([nameOf(route), 401]);
  }
});

test('a sign-in that belongs to nobody gets nothing', () => expectOutcomes('unbound', () => '403 account_not_bound'));

test('a member gets nothing of another member', () =>
  expectOutcomes('member', (rule, { member }) => (rule.member ? member! : '403 role_missing')));

test('a member of another location finds nothing', () =>
  expectOutcomes('member elsewhere', (rule, { outsider }) => (rule.member ? outsider : '403 role_missing')));

test('an administrator of another location finds nothing', () =>
  expectOutcomes('administrator elsewhere', (_rule, { outsider }) => outsider));

test('who administers another location is no more than a member here', () =>
  expectOutcomes('administrator elsewhere, member here', (_rule, { memberHere }) => memberHere));

test('a program needs the scope', () => expectOutcomes('program without scopes', () => '403 scope_missing'));

test('a program for another location finds nothing', () =>
  expectOutcomes('program elsewhere', (_rule, { outsider }) => outsider));

test('a program that reads changes nothing', async () => {
  const client = callers.get('program that reads')!;
  for (const route of apiRoutes().filter(({ method }) => method !== 'GET')) {
    expect(await outcome(route, client)).toBe('403 scope_missing');
  }
});

test('every route refuses nonsense with a clear 4xx', async () => {
  const accepted: string[] = [];
  const root = await stage.root();
  for (const route of apiRoutes()) {
    const { path, body } = probeOf(route);
    const sensible = { method: route.method, route: route.path, path, body, version: 1 };
    accepted.push(...(await acceptedNonsense(root, sensible)));
  }
  expect(accepted).toEqual([]);
});

test('a member sees its own grants without links into the machinery; its administrator sees them with links', async () => {
  const path = probes.get('GET /v1/entitlements/:kind/:id/grants')!.path;
  const own = await callers.get('subject')!.get<{ items: { memberId: string; workflowUrl: string | null }[] }>(path);
  expect(own.body.items).toMatchObject([{ memberId: subjectId, workflowUrl: null }]);
  const mine = await callers.get('subject')!.get<{ items: unknown[] }>(`/v1/members/${subjectId}/grants`);
  expect(mine.body.items).toHaveLength(1);
  const theirs = await callers.get('administrator')!.get<{ items: { workflowUrl: string | null }[] }>(path);
  expect(theirs.body.items[0]?.workflowUrl).toContain('/workflows/booking-access');
});

test('grants are found by location, status and group, page by page', async () => {
  const administrator = callers.get('administrator')!;
  const count = async (query: string) =>
    (await administrator.get<{ items: unknown[] }>(`/v1/grants?${query}`)).body.items.length;
  expect(await count(`locationId=${locationId}`)).toBe(1);
  expect([await count('status=current'), await count('status=ended'), await count('groupId=front')]).toEqual([1, 0, 1]);
  expect((await administrator.get('/v1/grants?status=open')).status).toBe(400);
  expect((await administrator.get('/v1/grants?cursor=x')).status).toBe(400);
  expect((await administrator.get(`/v1/grants?locationId=${randomUUID()}`)).status).toBe(404);
});

import type { AccessRule, Route } from '@latchkey/service-kit';
import { acceptedNonsense, type ApiClient, type ProblemBody } from '@latchkey/test-kit';
import { Cast } from './testing/cast.ts';
import { ALL_SCOPES, startGateway, type GatewayStage } from './testing/gateway-stage.ts';

/** What a caller gets: `seen` shows it something of the others, `hidden` nothing; a refusal is its status and code. */
type Outcome = 'hidden' | 'seen' | '404' | `403 ${string}`;

/** How to call a route on something that is not the caller's, and what becomes of it where the route's rule lets in. */
interface Probe {
  readonly path: string;
  readonly body?: object;
  /** For people and programs of other locations. */
  readonly outsider: Outcome;
  /** For another member of the same location. */
  readonly member?: Outcome;
}

let stage: GatewayStage;
let probes: ReadonlyMap<string, Probe>;
let marks: readonly string[];
const callers = new Map<string, ApiClient>();

beforeAll(async () => {
  stage = await startGateway('gateway roles');
  const cast = new Cast(stage);
  const [here, elsewhere] = [await cast.location({ name: 'Seen only here' }), await cast.location()];
  const subject = await cast.person({ memberOf: [here.id] });
  const company = await cast.company(here.id, { memberIds: [subject.id] });
  const plan = await cast.plan(here.id);
  const resource = await cast.resource(here.id);
  const subscription = await cast.subscription({
    locationId: here.id,
    holder: { kind: 'member', personId: subject.id },
    items: [{ kind: 'plan', planId: plan.id }],
  });
  const room = await cast.resource(here.id, { kind: 'room', bookableBy: { kind: 'everyone' } });
  const booking = await cast.booking(room.id, subject.id);
  const secondBooking = await cast.booking(room.id, subject.id, {
    startsLocal: '2027-03-02T12:00',
    endsLocal: '2027-03-02T13:00',
  });
  // A member's own record names its location's id, so the location's mark is its name.
  marks = [here.name, subject.id, company.id, plan.id, resource.id, subscription.id, booking.id];

  const { issuer } = stage;
  callers.set('an unbound account', stage.client(await issuer.token({ sub: 'unbound' })));
  callers.set('a member of the location', (await cast.member(here.id)).client);
  callers.set('a member of another', (await cast.member(elsewhere.id)).client);
  callers.set('an administrator of another', (await cast.administrator(elsewhere.id)).client);
  callers.set('a program without scopes', stage.client(await issuer.serviceToken('bare', 'none')));
  callers.set('a program of another', stage.client(await issuer.serviceToken('far', ALL_SCOPES, [elsewhere.id])));

  const person = `/v1/people/${subject.id}`;
  const holder = { kind: 'member', personId: subject.id };
  const items = [{ kind: 'plan', planId: plan.id }];
  const start = { startOn: '2030-01-01' };
  const locationId = here.id;
  probes = new Map<string, Probe>([
    [
      'POST /v1/locations',
      { path: '/v1/locations', body: { name: 'X', timeZone: 'UTC' }, outsider: '403 location_not_yours' },
    ],
    ['GET /v1/locations', { path: '/v1/locations?limit=200', outsider: 'hidden', member: 'seen' }],
    ['GET /v1/locations/:id', { path: `/v1/locations/${here.id}`, outsider: '404', member: 'seen' }],
    ['PATCH /v1/locations/:id', { path: `/v1/locations/${here.id}`, body: { name: 'X' }, outsider: '404' }],
    ['DELETE /v1/locations/:id', { path: `/v1/locations/${here.id}`, outsider: '404' }],
    [
      'POST /v1/people',
      {
        path: '/v1/people',
        body: { givenName: 'A', familyName: 'B', email: 'a@example.org', memberOf: [here.id] },
        outsider: '404',
      },
    ],
    ['GET /v1/people', { path: '/v1/people?limit=200', outsider: 'hidden', member: 'hidden' }],
    ['GET /v1/people/:id', { path: person, outsider: '404', member: '404' }],
    ['PATCH /v1/people/:id', { path: person, body: { givenName: 'X' }, outsider: '404', member: '404' }],
    ['DELETE /v1/people/:id', { path: person, outsider: '404' }],
    [
      'PUT /v1/people/:id/locations/:locationId',
      { path: `${person}/locations/${here.id}`, body: { isAdministrator: false, isMember: true }, outsider: '404' },
    ],
    ['DELETE /v1/people/:id/locations/:locationId', { path: `${person}/locations/${here.id}`, outsider: '404' }],
    ['POST /v1/people/:id/invitations', { path: `${person}/invitations`, body: {}, outsider: '404' }],
    ['GET /v1/me', { path: '/v1/me', outsider: 'hidden', member: 'hidden' }],
    ['POST /v1/me/account', { path: '/v1/me/account', body: {}, outsider: 'hidden', member: 'hidden' }],
    ['POST /v1/companies', { path: '/v1/companies', body: { locationId, name: 'X' }, outsider: '404' }],
    ['GET /v1/companies', { path: '/v1/companies?limit=200', outsider: 'hidden', member: 'hidden' }],
    ['GET /v1/companies/:id', { path: `/v1/companies/${company.id}`, outsider: '404', member: '404' }],
    ['PATCH /v1/companies/:id', { path: `/v1/companies/${company.id}`, body: { name: 'X' }, outsider: '404' }],
    ['DELETE /v1/companies/:id', { path: `/v1/companies/${company.id}`, outsider: '404' }],
    [
      'PUT /v1/companies/:id/people/:personId',
      {
        path: `/v1/companies/${company.id}/people/${subject.id}`,
        body: { role: 'manager' },
        outsider: '404',
        member: '404',
      },
    ],
    [
      'DELETE /v1/companies/:id/people/:personId',
      { path: `/v1/companies/${company.id}/people/${subject.id}`, outsider: '404', member: '404' },
    ],
    ['POST /v1/plans', { path: '/v1/plans', body: { locationId, name: 'X' }, outsider: '404' }],
    ['GET /v1/plans', { path: '/v1/plans?limit=200', outsider: 'hidden', member: 'seen' }],
    ['GET /v1/plans/:id', { path: `/v1/plans/${plan.id}`, outsider: '404', member: 'seen' }],
    ['PATCH /v1/plans/:id', { path: `/v1/plans/${plan.id}`, body: { name: 'X' }, outsider: '404' }],
    ['DELETE /v1/plans/:id', { path: `/v1/plans/${plan.id}`, outsider: '404' }],
    [
      'POST /v1/resources',
      { path: '/v1/resources', body: { locationId, kind: 'room', name: 'X', capacity: 2 }, outsider: '404' },
    ],
    ['GET /v1/resources', { path: '/v1/resources?limit=200', outsider: 'hidden', member: 'seen' }],
    ['GET /v1/resources/:id', { path: `/v1/resources/${resource.id}`, outsider: '404', member: 'seen' }],
    ['PATCH /v1/resources/:id', { path: `/v1/resources/${resource.id}`, body: { name: 'X' }, outsider: '404' }],
    ['DELETE /v1/resources/:id', { path: `/v1/resources/${resource.id}`, outsider: '404' }],
    [
      'POST /v1/subscriptions',
      {
        path: '/v1/subscriptions',
        body: { locationId, holder, items, ...start },
        outsider: '404',
        member: '403 sign_up_for_others',
      },
    ],
    ['GET /v1/subscriptions', { path: '/v1/subscriptions?limit=200', outsider: 'hidden', member: 'hidden' }],
    ['GET /v1/subscriptions/:id', { path: `/v1/subscriptions/${subscription.id}`, outsider: '404', member: '404' }],
    [
      'PATCH /v1/subscriptions/:id',
      { path: `/v1/subscriptions/${subscription.id}`, body: { paymentStatus: 'paid' }, outsider: '404' },
    ],
    [
      'POST /v1/subscriptions/:id/cancel',
      { path: `/v1/subscriptions/${subscription.id}/cancel`, body: {}, outsider: '404' },
    ],
    [
      'POST /v1/subscriptions/:id/withdraw-cancellation',
      { path: `/v1/subscriptions/${subscription.id}/withdraw-cancellation`, outsider: '404' },
    ],
    [
      'POST /v1/subscriptions/:id/replace',
      {
        path: `/v1/subscriptions/${subscription.id}/replace`,
        body: { items, effectiveOn: '2030-01-01' },
        outsider: '404',
      },
    ],
    [
      'POST /v1/bookings',
      {
        path: '/v1/bookings',
        body: {
          resourceId: room.id,
          ownerId: subject.id,
          startsLocal: '2027-03-03T12:00',
          endsLocal: '2027-03-03T13:00',
        },
        outsider: '404',
        member: '403 booking_for_others',
      },
    ],
    ['GET /v1/bookings', { path: '/v1/bookings?limit=200', outsider: 'hidden', member: 'hidden' }],
    ['GET /v1/bookings/:id', { path: `/v1/bookings/${booking.id}`, outsider: '404', member: '404' }],
    [
      'PATCH /v1/bookings/:id',
      { path: `/v1/bookings/${booking.id}`, body: { endsLocal: '2027-03-01T14:00' }, outsider: '404', member: '404' },
    ],
    ['POST /v1/bookings/:id/cancel', { path: `/v1/bookings/${booking.id}/cancel`, outsider: '404', member: '404' }],
    [
      'POST /v1/bookings/:id/swap',
      {
        path: `/v1/bookings/${booking.id}/swap`,
        body: { withId: secondBooking.id, withVersion: 1, exchange: 'times' },
        outsider: '404',
        member: '404',
      },
    ],
    [
      'POST /v1/bookings/:id/invitees',
      {
        path: `/v1/bookings/${booking.id}/invitees`,
        body: { givenName: 'A', familyName: 'B', email: 'guest@example.org' },
        outsider: '404',
        member: '404',
      },
    ],
    [
      'DELETE /v1/bookings/:id/invitees/:personId',
      { path: `/v1/bookings/${booking.id}/invitees/${subject.id}`, outsider: '404', member: '404' },
    ],
    [
      'POST /v1/companies/:id/day-passes',
      { path: `/v1/companies/${company.id}/day-passes`, body: { count: 1 }, outsider: '404' },
    ],
    [
      'GET /v1/companies/:id/day-passes',
      { path: `/v1/companies/${company.id}/day-passes`, outsider: '404', member: '404' },
    ],
    [
      'GET /v1/companies/:id/day-passes/balance',
      { path: `/v1/companies/${company.id}/day-passes/balance`, outsider: '404', member: '404' },
    ],
    ['GET /v1/events/versions', { path: '/v1/events/versions?aggregate=person', outsider: '403 location_not_yours' }],
    [
      'GET /v1/events/state/:aggregate/:id',
      { path: `/v1/events/state/person/${subject.id}`, outsider: '403 location_not_yours' },
    ],
    [
      'POST /v1/events/resync',
      { path: '/v1/events/resync', body: { aggregate: 'person' }, outsider: '403 location_not_yours' },
    ],
  ]);
});

afterAll(() => stage.stop());

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const apiRoutes = () => stage.routes.filter(({ path }) => path.startsWith('/v1/'));
const probeOf = (route: Route) => probes.get(nameOf(route))!;

async function outcome(route: Route, client: ApiClient): Promise<Outcome> {
  const { path, body } = probeOf(route);
  const answer = await client.send<ProblemBody>(route.method, path, body, { version: 1 });
  if (answer.status === 404) return '404';
  if (answer.status >= 400) return `${answer.status} ${answer.body.code}` as Outcome;
  const text = JSON.stringify(answer.body ?? '');
  return marks.some((mark) => text.includes(mark)) ? 'seen' : 'hidden';
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
    const { status } = await anybody.send(route.method, path, body);
    expect([nameOf(route), status]).toEqual([nameOf(route), 401]);
  }
});

test('a sign-in that belongs to nobody can do nothing but become somebody', () =>
  expectOutcomes('an unbound account', (rule) => (rule.unbound ? '403 email_not_verified' : '403 account_not_bound')));

test('a member sees what its location offers, and nothing of the other members', () =>
  expectOutcomes('a member of the location', (rule, { member }) =>
    rule.member ? (member ?? '404') : '403 role_missing',
  ));

test('to a member of another location nothing here exists', () =>
  expectOutcomes('a member of another', (rule, { outsider }) => (rule.member ? outsider : '403 role_missing')));

test('to an administrator of another location nothing here exists', () =>
  expectOutcomes('an administrator of another', (rule, { outsider }) =>
    rule.member || rule.administrator ? outsider : '403 role_missing',
  ));

test('a program does nothing without the scope', () =>
  expectOutcomes('a program without scopes', (rule) =>
    rule.service === undefined ? '403 role_missing' : '403 scope_missing',
  ));

test('to a program of another location nothing here exists', () =>
  expectOutcomes('a program of another', (rule, { outsider }) =>
    rule.service === undefined ? '403 role_missing' : outsider,
  ));

test('every route refuses nonsense with a clear 4xx', async () => {
  const accepted: string[] = [];
  const root = stage.root;
  for (const route of apiRoutes()) {
    const { path, body } = probeOf(route);
    const sensible = { method: route.method, route: route.path, path, body, version: 1 };
    accepted.push(...(await acceptedNonsense(root, sensible)));
  }
  expect(accepted).toEqual([]);
});

import type { Route } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import type { Answer, ProblemBody } from '@latchkey/test-kit';
import { Cast } from './testing/cast.ts';
import { startGateway, type GatewayStage } from './testing/gateway-stage.ts';

/** A request that may be sent twice, and one that differs from it. */
interface Repeatable {
  readonly path: string;
  readonly body: object | undefined;
  readonly other?: object;
  readonly version?: number;
}

let stage: GatewayStage;
let cast: Cast;
let requests: ReadonlyMap<string, () => Promise<Repeatable>>;

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const postRoutes = () => stage.routes.filter(({ method, isNotIdempotent }) => method === 'POST' && !isNotIdempotent);

beforeAll(async () => {
  stage = await startGateway('gateway idempotency');
  cast = new Cast(stage);
  const { id: locationId } = await cast.location();
  const ada = await cast.person({ memberOf: [locationId] });
  const bob = await cast.person({ memberOf: [locationId] });
  const company = await cast.company(locationId);
  const plan = await cast.plan(locationId);
  const holder = { kind: 'member' as const, personId: ada.id };
  const items = [{ kind: 'plan' as const, planId: plan.id }];
  const subscribe = () => cast.subscription({ locationId, holder, items });
  const room = () => cast.resource(locationId, { kind: 'room', bookableBy: { kind: 'everyone' } });
  const booked = async () => cast.booking((await room()).id, ada.id);
  const slot = { startsLocal: '2027-03-01T12:00', endsLocal: '2027-03-01T13:00' };
  const subscription = (fields: object) => ({ locationId, holder, items, startOn: '2027-01-01', ...fields });
  const constant = (request: Repeatable) => () => Promise.resolve(request);
  const named = (path: string, body: object) =>
    constant({ path, body: { ...body, name: 'One' }, other: { ...body, name: 'Other' } });

  requests = new Map([
    ['POST /v1/locations', named('/v1/locations', { timeZone: 'UTC' })],
    ['POST /v1/companies', named('/v1/companies', { locationId })],
    ['POST /v1/plans', named('/v1/plans', { locationId })],
    ['POST /v1/resources', named('/v1/resources', { locationId, kind: 'desk', capacity: 1 })],
    [
      'POST /v1/people',
      () => {
        const person = { familyName: 'X', email: `${randomUUID()}@example.org`, memberOf: [locationId] };
        const [body, other] = [
          { ...person, givenName: 'One' },
          { ...person, givenName: 'Other' },
        ];
        return Promise.resolve({ path: '/v1/people', body, other });
      },
    ],
    [
      'POST /v1/subscriptions',
      constant({ path: '/v1/subscriptions', body: subscription({}), other: subscription({ endOn: '2027-12-31' }) }),
    ],
    [
      'POST /v1/subscriptions/:id/cancel',
      async () => ({
        path: `/v1/subscriptions/${(await subscribe()).id}/cancel`,
        body: {},
        other: { lastDayOn: '2099-01-01' },
        version: 1,
      }),
    ],
    [
      'POST /v1/subscriptions/:id/withdraw-cancellation',
      async () => {
        const path = `/v1/subscriptions/${(await subscribe()).id}`;
        await stage.root.post(`${path}/cancel`, { lastDayOn: '2099-01-01' }, { version: 1 });
        return { path: `${path}/withdraw-cancellation`, body: undefined, version: 2 };
      },
    ],
    [
      'POST /v1/subscriptions/:id/replace',
      async () => ({
        path: `/v1/subscriptions/${(await subscribe()).id}/replace`,
        body: { items, effectiveOn: '2099-01-01' },
        other: { items, effectiveOn: '2099-01-02' },
        version: 1,
      }),
    ],
    [
      'POST /v1/events/resync',
      constant({ path: '/v1/events/resync', body: { aggregate: 'plan' }, other: { aggregate: 'company' } }),
    ],
    [
      'POST /v1/bookings',
      async () => {
        const body = { resourceId: (await room()).id, ownerId: ada.id, ...slot };
        return { path: '/v1/bookings', body, other: { ...body, ownerId: bob.id } };
      },
    ],
    [
      'POST /v1/bookings/:id/cancel',
      async () => ({ path: `/v1/bookings/${(await booked()).id}/cancel`, body: undefined, version: 1 }),
    ],
    [
      'POST /v1/bookings/:id/swap',
      async () => {
        const [one, two, three] = [await booked(), await booked(), await booked()];
        const swapWith = (withId: string) => ({ withId, withVersion: 1, exchange: 'resources' });
        return { path: `/v1/bookings/${one.id}/swap`, body: swapWith(two.id), other: swapWith(three.id), version: 1 };
      },
    ],
    [
      'POST /v1/bookings/:id/invitees',
      async () => ({
        path: `/v1/bookings/${(await booked()).id}/invitees`,
        body: { personId: bob.id },
        other: { personId: ada.id },
        version: 1,
      }),
    ],
    [
      'POST /v1/companies/:id/day-passes',
      constant({ path: `/v1/companies/${company.id}/day-passes`, body: { count: 1 }, other: { count: 2 } }),
    ],
  ]);
});

afterAll(() => stage.stop());

/** For a sign-in that binds itself the repeated request comes from somebody who is a person by then: tested there. */
const testedElsewhere = ['POST /v1/me/account'];

test('every POST is here', () => {
  expect([...requests.keys(), ...testedElsewhere].sort()).toEqual(postRoutes().map(nameOf).sort());
});

test('a repeated POST gets the first answer, and has one effect', async () => {
  const wrong: string[] = [];
  for (const [name, prepare] of requests) {
    const { path, body, version } = await prepare();
    const send = (key: string) => stage.root.post<unknown>(path, body, { key, ...(version && { version }) });
    const key = randomUUID();
    const first = await send(key);
    const before = await countEvents();
    const second = await send(key);
    const isSame = first.status < 300 && sameAnswer(first, second) && (await countEvents()) === before;
    if (!isSame) wrong.push(`${name}: ${JSON.stringify([first.status, first.body, second.status, second.body])}`);
  }
  expect(wrong).toEqual([]);
});

test('the same key with another body is refused', async () => {
  const answers: Record<string, string> = {};
  const expected: Record<string, string> = {};
  for (const [name, prepare] of requests) {
    const { path, body, other, version } = await prepare();
    if (other === undefined) continue;
    const options = { key: randomUUID(), ...(version && { version }) };
    await stage.root.post(path, body, options);
    answers[name] = (await stage.root.post<ProblemBody>(path, other, options)).body.code;
    expected[name] = 'idempotency_key_reused';
  }
  expect(answers).toEqual(expected);
});

test('twenty of the same at once have one effect', async () => {
  const { id: locationId } = await cast.location();
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => stage.root.post<ProblemBody>('/v1/plans', { locationId, name: 'Once' }, { key })),
  );
  const codes = new Set(answers.map(({ status, body }) => (status === 201 ? 'made' : body.code)));
  expect([...codes].filter((code) => code !== 'made' && code !== 'idempotency_in_progress')).toEqual([]);
  const plans = await stage.root.get<{ items: unknown[] }>(`/v1/plans?locationId=${locationId}`);
  expect(plans.body.items).toHaveLength(1);
});

test('a refused request keeps nothing: with the same key it may succeed later', async () => {
  const { id: locationId } = await cast.location();
  const key = randomUUID();
  const person = await cast.person({ memberOf: [(await cast.location()).id] });
  const plan = await cast.plan(locationId);
  const holder = { kind: 'member', personId: person.id };
  const body = { locationId, holder, items: [{ kind: 'plan', planId: plan.id }], startOn: '2027-01-01' };
  expect((await stage.root.post('/v1/subscriptions', body, { key })).status).toBe(409);
  const roles = { isAdministrator: false, isMember: true };
  await stage.root.put(`/v1/people/${person.id}/locations/${locationId}`, roles, 1);
  expect((await stage.root.post('/v1/subscriptions', body, { key })).status).toBe(201);
});

function sameAnswer(first: Answer<unknown>, second: Answer<unknown>): boolean {
  return first.status === second.status && JSON.stringify(first.body) === JSON.stringify(second.body);
}

async function countEvents(): Promise<number> {
  const [row] = await stage.database.query<{ count: number }[]>('SELECT count(*)::int AS count FROM outbox_message');
  return row?.count ?? 0;
}

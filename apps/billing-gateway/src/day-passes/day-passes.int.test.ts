import type {
  BookingBody,
  CompanyBody,
  DayPassBalance,
  DayPassBatchBody,
  LocationBody,
  ResourceBody,
} from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import { bodyOf, type ProblemBody } from '@latchkey/test-kit';
import { Cast, type Actor } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { whileRowIsHeld } from '../testing/held-row.ts';
import { newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let manager: Actor;
let member: Actor;
let administrator: Actor;
/** A company of its own for each test, with the manager and the member, and two desks for day passes alone. */
let company: CompanyBody;
let desk: ResourceBody;
let secondDesk: ResourceBody;

const withDayPass = { kind: 'named' as const, withDayPass: true };
const monday = { startsLocal: '2027-03-01T09:00', endsLocal: '2027-03-01T18:00' };
const tuesday = { startsLocal: '2027-03-02T09:00', endsLocal: '2027-03-02T18:00' };

beforeAll(async () => {
  stage = await startGateway('gateway day passes');
  cast = new Cast(stage);
  here = await cast.location();
  [manager, member] = [await cast.member(here.id), await cast.member(here.id)];
  administrator = await cast.administrator(here.id);
});

beforeEach(async () => {
  stage.setNow('2027-02-28T09:00:00Z');
  company = await cast.company(here.id, { managerIds: [manager.person.id], memberIds: [member.person.id] });
  desk = await cast.resource(here.id, { kind: 'desk', capacity: 1, bookableBy: withDayPass });
  secondDesk = await cast.resource(here.id, { kind: 'desk', capacity: 1, bookableBy: withDayPass });
});

afterAll(() => stage.stop());

const book = (client: Actor['client'], fields: object = {}) =>
  client.post<BookingBody & ProblemBody>('/v1/bookings', {
    resourceId: desk.id,
    ownerId: member.person.id,
    dayPass: { companyId: company.id },
    ...monday,
    ...fields,
  });

const change = ({ id, version }: BookingBody, edit: object) =>
  member.client.patch<BookingBody & ProblemBody>(`/v1/bookings/${id}`, edit, version);

const cancel = ({ id, version }: BookingBody) =>
  member.client.post<BookingBody>(`/v1/bookings/${id}/cancel`, undefined, { version });

async function left(on: string): Promise<number> {
  const path = `/v1/companies/${company.id}/day-passes/balance?on=${on}`;
  return bodyOf(await member.client.get<DayPassBalance>(path)).left;
}

test('an administrator gives passes, and the company’s people see what is left of them', async () => {
  const path = `/v1/companies/${company.id}/day-passes`;
  const body = { count: 3, validFrom: '2027-03-01', validUntil: '2027-03-31' };
  const given = await administrator.client.post<DayPassBatchBody>(path, body);
  expect([given.status, given.body.taken]).toEqual([201, 0]);
  await cast.dayPasses(company.id);
  expect((await book(member.client)).status).toBe(201);
  const list = await manager.client.get<{ items: DayPassBatchBody[]; nextCursor: string }>(`${path}?limit=1`);
  expect(list.body.items).toEqual([{ ...given.body, taken: 1 }]);
  const rest = await manager.client.get<{ items: DayPassBatchBody[] }>(`${path}?cursor=${list.body.nextCursor}`);
  expect(rest.body.items).toMatchObject([{ count: 1, taken: 0, validUntil: null }]);
  expect([await left('2027-03-01'), await left('2027-04-01')]).toEqual([3, 1]);
  const today = await member.client.get<DayPassBalance>(`${path}/balance`);
  expect(today.body).toEqual({ on: '2027-02-28', left: 1 });
});

test('a repeated gift with its key is one', async () => {
  const [path, key] = [`/v1/companies/${company.id}/day-passes`, randomUUID()];
  for (const _ of [1, 2]) await administrator.client.post(path, { count: 2 }, { key });
  expect(await left('2027-03-01')).toBe(2);
});

test.each([{ count: 0 }, { count: 1.5 }, { count: 1, validFrom: '2027-03-02', validUntil: '2027-03-01' }, {}])(
  'passes such as %j are refused',
  async (body) => {
    const answer = await administrator.client.post<ProblemBody>(`/v1/companies/${company.id}/day-passes`, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
  },
);

test('a company’s own manager gives it no passes', async () => {
  const answer = await manager.client.post<ProblemBody>(`/v1/companies/${company.id}/day-passes`, { count: 1 });
  expect(answer.status).toBe(403);
});

test('a pass pays for a desk that is bookable with one; without it the desk is not', async () => {
  await cast.dayPasses(company.id);
  expect((await book(member.client, { dayPass: undefined })).body.code).toBe('resource_not_bookable');
  const { body } = await book(member.client);
  expect(body.companyId).toBe(company.id);
  expect((await newestEventOf(stage.database, body.id)).data['companyId']).toBe(company.id);
  const second = await book(member.client, { resourceId: secondDesk.id });
  expect([second.status, second.body.code]).toEqual([409, 'no_day_pass_left']);
  expect(second.body.remedy).toBeTruthy();
});

test('a manager books for the company’s people with its passes, and changes such bookings', async () => {
  await cast.dayPasses(company.id);
  const { body } = await book(manager.client);
  expect(body.ownerId).toBe(member.person.id);
  expect((await manager.client.get(`/v1/bookings/${body.id}`)).status).toBe(200);
  const shorter = { endsLocal: '2027-03-01T17:00' };
  expect((await manager.client.patch(`/v1/bookings/${body.id}`, shorter, 1)).status).toBe(200);
  const forStranger = await book(manager.client, { ownerId: administrator.person.id });
  expect(forStranger.body.code).toBe('owner_not_of_company');
  expect((await book(member.client, { ownerId: manager.person.id })).body.code).toBe('booking_for_others');
});

test('a company pays for nobody else, and to others it does not exist', async () => {
  await cast.dayPasses(company.id);
  const stranger = await cast.member(here.id);
  const answer = await book(stranger.client, { ownerId: stranger.person.id });
  expect([answer.status, answer.body.code]).toEqual([404, 'company_not_found']);
  const byAdministrator = await book(administrator.client, { ownerId: stranger.person.id });
  expect(byAdministrator.body.code).toBe('owner_not_of_company');
});

test('one pass, one desk, one day: no room, no night, no desk of another location', async () => {
  await cast.dayPasses(company.id, { count: 9 });
  const room = await cast.resource(here.id, { kind: 'room', bookableBy: { kind: 'everyone' } });
  expect((await book(member.client, { resourceId: room.id })).body.code).toBe('day_pass_desk_only');
  const night = await book(member.client, { endsLocal: '2027-03-02T00:01' });
  expect([night.status, night.body.code]).toEqual([422, 'day_pass_one_day']);
  expect((await book(member.client, { endsLocal: '2027-03-02T00:00' })).status).toBe(201);
  const elsewhere = await cast.location();
  const both = await cast.actor({ memberOf: [here.id, elsewhere.id] });
  await stage.root.put(`/v1/companies/${company.id}/people/${both.person.id}`, { role: 'member' }, company.version);
  const away = await cast.resource(elsewhere.id, { kind: 'desk', bookableBy: { kind: 'everyone' } });
  const answer = await book(both.client, { resourceId: away.id, ownerId: both.person.id });
  expect(answer.body.code).toBe('day_pass_elsewhere');
});

test('passes pay for their days only, those that expire first before the others', async () => {
  await cast.dayPasses(company.id);
  const short = await cast.dayPasses(company.id, { validFrom: '2027-03-01', validUntil: '2027-03-01' });
  expect((await book(member.client)).status).toBe(201);
  const path = `/v1/companies/${company.id}/day-passes`;
  const { items } = bodyOf(await member.client.get<{ items: DayPassBatchBody[] }>(path));
  expect(items.find(({ id }) => id === short.id)?.taken).toBe(1);
  expect((await book(member.client, tuesday)).status).toBe(201);
  const none = await book(member.client, { startsLocal: '2027-03-03T09:00', endsLocal: '2027-03-03T10:00' });
  expect(none.body.code).toBe('no_day_pass_left');
});

test('passes that a subscription holds pay for days of its period, until it is cancelled', async () => {
  const plan = await cast.plan(here.id);
  const subscription = await cast.subscription({
    locationId: here.id,
    holder: { kind: 'company', companyId: company.id },
    items: [{ kind: 'plan', planId: plan.id }],
    startOn: '2027-03-01',
    endOn: '2027-03-01',
  });
  await cast.dayPasses(company.id, { count: 5, subscriptionId: subscription.id });
  expect([await left('2027-02-28'), await left('2027-03-01'), await left('2027-03-02')]).toEqual([0, 5, 0]);
  expect((await book(member.client, tuesday)).body.code).toBe('no_day_pass_left');
  expect((await book(member.client)).status).toBe(201);
  await stage.root.post(`/v1/subscriptions/${subscription.id}/cancel`, {}, { version: 1 });
  expect(await left('2027-03-01')).toBe(0);
  const other = await cast.company(here.id);
  const path = `/v1/companies/${other.id}/day-passes`;
  const foreign = await stage.root.post<ProblemBody>(path, { count: 1, subscriptionId: subscription.id });
  expect(foreign.body.code).toBe('subscription_not_found');
});

test('a booking cancelled before its start returns its pass; one that has begun does not', async () => {
  await cast.dayPasses(company.id);
  const first = (await book(member.client)).body;
  expect(await left('2027-03-01')).toBe(0);
  await cancel(first);
  expect(await left('2027-03-01')).toBe(1);
  const second = (await book(member.client)).body;
  stage.setNow('2027-03-01T08:00:00Z');
  await cancel(second);
  expect(await left('2027-03-01')).toBe(0);
});

test('a booking moved to another day keeps its pass, or takes one that is good that day', async () => {
  await cast.dayPasses(company.id, { validUntil: '2027-03-02' });
  const booking = (await book(member.client)).body;
  const moved = (await change(booking, tuesday)).body;
  expect(moved).toMatchObject({ version: 2, companyId: company.id, ...tuesday });
  const wednesday = { startsLocal: '2027-03-03T09:00', endsLocal: '2027-03-03T18:00' };
  expect((await change(moved, wednesday)).body.code).toBe('no_day_pass_left');
  await cast.dayPasses(company.id, { validFrom: '2027-03-03' });
  expect((await change(moved, wednesday)).status).toBe(200);
  expect([await left('2027-03-02'), await left('2027-03-03')]).toEqual([1, 0]);
});

test('a booking moves to another desk on its day, and into no second day', async () => {
  await cast.dayPasses(company.id);
  const booking = (await book(member.client)).body;
  const moved = (await change(booking, { resourceId: secondDesk.id })).body;
  expect(moved.resourceId).toBe(secondDesk.id);
  expect((await change(moved, { endsLocal: '2027-03-02T10:00' })).body.code).toBe('day_pass_one_day');
  const room = await cast.resource(here.id, { kind: 'room', bookableBy: { kind: 'everyone' } });
  expect((await change(moved, { resourceId: room.id })).body.code).toBe('day_pass_desk_only');
});

test('a pass that has been used is not carried to another day, but its day may still change', async () => {
  await cast.dayPasses(company.id, { validUntil: '2027-03-31' });
  const booking = (await book(member.client)).body;
  stage.setNow('2027-03-01T16:00:00Z');
  const next = await change(booking, tuesday);
  expect([next.status, next.body.code]).toEqual([409, 'day_pass_used']);
  expect((await change(booking, { endsLocal: '2027-03-01T19:00' })).status).toBe(200);
});

test('who leaves the company loses the desks that it paid for, and the passes come back', async () => {
  await cast.dayPasses(company.id);
  const { id } = (await book(member.client)).body;
  const path = `/v1/companies/${company.id}/people/${member.person.id}`;
  await stage.root.delete(path, company.version);
  expect((await newestEventOf(stage.database, id)).data['cancelledAt']).not.toBeNull();
  const balance = `/v1/companies/${company.id}/day-passes/balance?on=2027-03-01`;
  expect((await manager.client.get<DayPassBalance>(balance)).body.left).toBe(1);
});

test('a desk booked for the pass that is given back at the same moment', async () => {
  const { id } = await cast.dayPasses(company.id);
  const first = (await book(member.client)).body;
  const [, answer] = await whileRowIsHeld(stage.database, { table: 'day_pass_batch', id, waiting: 1 }, () =>
    Promise.all([cancel(first), book(manager.client, { resourceId: secondDesk.id, ownerId: manager.person.id })]),
  );
  expect(answer.status).toBe(201);
});

test('two bookings at once for the last pass: one gets it', async () => {
  const { id } = await cast.dayPasses(company.id);
  const answers = await whileRowIsHeld(stage.database, { table: 'day_pass_batch', id, waiting: 2 }, () =>
    Promise.all([book(member.client), book(manager.client, { resourceId: secondDesk.id, ownerId: manager.person.id })]),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('no_day_pass_left');
  expect(await left('2027-03-01')).toBe(0);
});

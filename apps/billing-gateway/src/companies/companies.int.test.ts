import type { CompanyBody, LocationBody, MeBody, PersonBody, SubscriptionBody } from '@latchkey/contracts';
import type { ProblemBody } from '@latchkey/test-kit';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { eventsOf, newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;

beforeAll(async () => {
  stage = await startGateway('gateway companies');
  cast = new Cast(stage);
  here = await cast.location();
});

afterAll(() => stage.stop());

test('whoever joins, becomes its manager or leaves, an event says who belongs to the company', async () => {
  const person = await cast.person({ memberOf: [here.id] });
  const company = await cast.company(here.id);
  const path = `/v1/companies/${company.id}/people/${person.id}`;
  await stage.root.put(path, { role: 'member' }, 1);
  await stage.root.put(path, { role: 'manager' }, 2);
  await stage.root.delete(path, 3);
  const told = await eventsOf(stage.database, company.id);
  expect(told.map(({ data }) => [data['memberIds'], data['managerIds']])).toEqual([
    [[], []],
    [[person.id], []],
    [[], [person.id]],
    [[], []],
  ]);
});

test('who is no member of the location cannot join, and who does not belong cannot leave', async () => {
  const elsewhere = await cast.location();
  const person = await cast.person({ memberOf: [elsewhere.id] });
  const company = await cast.company(here.id);
  const path = `/v1/companies/${company.id}/people/${person.id}`;
  const joining = await stage.root.put<ProblemBody>(path, { role: 'member' }, 1);
  expect(joining).toMatchObject({ status: 409, body: { code: 'person_not_a_member' } });
  expect((await stage.root.delete(path, 1)).status).toBe(404);
});

test('two people who join at once of the same version: one has to look again', async () => {
  const [ada, bob] = [await cast.person({ memberOf: [here.id] }), await cast.person({ memberOf: [here.id] })];
  const company = await cast.company(here.id);
  const answers = await Promise.all(
    [ada, bob].map(({ id }) => stage.root.put(`/v1/companies/${company.id}/people/${id}`, { role: 'member' }, 1)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
});

test("a manager sees the company's people and subscriptions, and lets people join and leave", async () => {
  const manager = await cast.member(here.id);
  const [colleague, other] = [await cast.person({ memberOf: [here.id] }), await cast.person({ memberOf: [here.id] })];
  const company = await cast.company(here.id, { managerIds: [manager.person.id], memberIds: [colleague.id] });
  const plan = await cast.plan(here.id);
  const subscription = await cast.subscription({
    locationId: here.id,
    holder: { kind: 'company', companyId: company.id },
    items: [{ kind: 'plan', planId: plan.id }],
  });

  const people = await manager.client.get<{ items: PersonBody[] }>('/v1/people');
  expect(people.body.items.map(({ id }) => id)).toEqual([manager.person.id, colleague.id]);
  expect((await manager.client.get(`/v1/people/${colleague.id}`)).status).toBe(200);
  expect((await manager.client.get(`/v1/people/${other.id}`)).status).toBe(404);
  const subscriptions = await manager.client.get<{ items: SubscriptionBody[] }>('/v1/subscriptions');
  expect(subscriptions.body.items).toEqual([subscription]);
  expect((await manager.client.get(`/v1/subscriptions/${subscription.id}`)).status).toBe(200);

  const path = `/v1/companies/${company.id}`;
  const joined = await manager.client.put<CompanyBody>(
    `${path}/people/${other.id}`,
    { role: 'member' },
    company.version,
  );
  expect(joined.body.memberIds).toEqual([colleague.id, other.id]);
  const left = await manager.client.delete<CompanyBody>(`${path}/people/${colleague.id}`, joined.body.version);
  expect(left.body.memberIds).toEqual([other.id]);
  expect((await manager.client.patch(path, { name: 'Mine' }, left.body.version)).status).toBe(403);
});

test('somebody sees its companies with itself, and a mere member not more of them', async () => {
  const member = await cast.member(here.id);
  const company = await cast.company(here.id, { memberIds: [member.person.id] });
  const me = await member.client.get<MeBody>('/v1/me');
  expect(me.body.companies).toEqual([{ id: company.id, locationId: here.id, role: 'member' }]);
  expect((await member.client.get(`/v1/companies/${company.id}`)).status).toBe(404);
});

test('a deleted company ends its subscriptions, and its people stay', async () => {
  const person = await cast.person({ memberOf: [here.id] });
  const company = await cast.company(here.id, { memberIds: [person.id] });
  const plan = await cast.plan(here.id);
  const subscription = await cast.subscription({
    locationId: here.id,
    holder: { kind: 'company', companyId: company.id },
    items: [{ kind: 'plan', planId: plan.id }],
  });
  expect((await stage.root.delete(`/v1/companies/${company.id}`, company.version)).status).toBe(204);
  expect((await newestEventOf(stage.database, subscription.id)).data['cancelledAt']).not.toBeNull();
  expect((await newestEventOf(stage.database, company.id)).type).toBe('billing.company.deleted.v1');
  expect((await stage.root.get(`/v1/people/${person.id}`)).status).toBe(200);
  const late = await stage.root.post<ProblemBody>('/v1/subscriptions', {
    locationId: here.id,
    holder: { kind: 'company', companyId: company.id },
    items: [{ kind: 'plan', planId: plan.id }],
    startOn: '2026-03-01',
  });
  expect(late).toMatchObject({ status: 404, body: { code: 'company_not_found' } });
});

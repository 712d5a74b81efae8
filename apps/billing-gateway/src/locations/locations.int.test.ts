import type { LocationBody, PersonBody } from '@latchkey/contracts';
import type { ProblemBody } from '@latchkey/test-kit';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { eventsOf, newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;

beforeAll(async () => {
  stage = await startGateway('gateway locations');
  cast = new Cast(stage);
});

afterAll(() => stage.stop());

test('a new location has a grace period of 30 minutes, and its event carries its state without its name', async () => {
  const answer = await stage.root.post<LocationBody>('/v1/locations', { name: 'Canal', timeZone: 'Europe/Paris' });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('etag')).toBe('"1"');
  expect(answer.body).toMatchObject({ version: 1, name: 'Canal', timeZone: 'Europe/Paris', gracePeriodMinutes: 30 });
  const { id } = answer.body;
  expect(await eventsOf(stage.database, id)).toEqual([
    {
      type: 'billing.location.changed.v1',
      id,
      version: 1,
      data: { id, timeZone: 'Europe/Paris', gracePeriodMinutes: 30 },
    },
  ]);
});

test.each([
  [{ name: 'Canal', timeZone: 'Europe/Atlantis' }, 'timeZone'],
  [{ name: '  ', timeZone: 'Europe/Paris' }, 'name'],
  [{ name: 'Canal', timeZone: 'Europe/Paris', gracePeriodMinutes: 241 }, 'gracePeriodMinutes'],
  [{ name: 'Canal', timeZone: 'Europe/Paris', colour: 'red' }, 'colour'],
])('a location such as %j is refused, naming %s', async (body, field) => {
  const answer = await stage.root.post<ProblemBody>('/v1/locations', body);
  expect(answer.status).toBe(400);
  expect(answer.body.code).toBe('validation_failed');
  expect(answer.body.detail).toContain(field);
});

test('an edit raises the version; one that has not seen it is told the present version', async () => {
  const { id } = await cast.location();
  const edited = await stage.root.patch<LocationBody>(`/v1/locations/${id}`, { gracePeriodMinutes: 0 }, 1);
  expect(edited.body).toMatchObject({ version: 2, gracePeriodMinutes: 0 });
  const late = await stage.root.patch<ProblemBody>(`/v1/locations/${id}`, { name: 'Quay' }, 1);
  expect(late.status).toBe(412);
  expect(late.body).toMatchObject({ code: 'version_conflict', presentVersion: 2 });
  const blind = await stage.root.send<ProblemBody>('PATCH', `/v1/locations/${id}`, { name: 'Quay' });
  expect(blind.status).toBe(428);
});

test('two edits at once of the same version: one is made, the other refused', async () => {
  const { id } = await cast.location();
  const answers = await Promise.all(
    ['Quay', 'Port', 'Lock'].map((name) => stage.root.patch(`/v1/locations/${id}`, { name }, 1)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  expect((await eventsOf(stage.database, id)).map(({ version }) => version)).toEqual([1, 2]);
});

test('the pages of a list hold each location once', async () => {
  const made = [await cast.location(), await cast.location(), await cast.location()];
  const only = stage.client(
    await stage.issuer.serviceToken(
      'reader',
      'billing:read',
      made.map(({ id }) => id),
    ),
  );
  const first = await only.get<{ items: LocationBody[]; nextCursor: string }>('/v1/locations?limit=2');
  const second = await only.get<{ items: LocationBody[] }>(`/v1/locations?limit=2&cursor=${first.body.nextCursor}`);
  expect([...first.body.items, ...second.body.items]).toEqual(made);
  expect(second.body).not.toHaveProperty('nextCursor');
  const nonsense = await only.get<ProblemBody>('/v1/locations?cursor=nonsense');
  expect(nonsense.body.code).toBe('cursor_invalid');
});

test('a deleted location takes all that belongs to it along, ending access first', async () => {
  const { id } = await cast.location();
  const elsewhere = await cast.location();
  const member = await cast.member(id);
  const guest = await cast.person({ memberOf: [id, elsewhere.id] });
  const company = await cast.company(id, { memberIds: [guest.id] });
  const plan = await cast.plan(id);
  const office = await cast.resource(id);
  const subscription = await cast.subscription({
    locationId: id,
    holder: { kind: 'member', personId: member.person.id },
    items: [
      { kind: 'plan', planId: plan.id },
      { kind: 'resource', resourceId: office.id },
    ],
  });

  expect((await stage.root.delete(`/v1/locations/${id}`, 1)).status).toBe(204);

  expect(await newestEventOf(stage.database, subscription.id)).toMatchObject({
    version: 2,
    data: { cancelledAt: expect.any(String) as string },
  });
  for (const gone of [id, company.id, plan.id, office.id, member.person.id]) {
    expect((await newestEventOf(stage.database, gone)).type).toMatch(/deleted/);
  }
  expect(await newestEventOf(stage.database, guest.id)).toMatchObject({ data: { memberOf: [elsewhere.id] } });
  expect((await stage.root.get(`/v1/locations/${id}`)).status).toBe(404);
  expect((await member.client.get<ProblemBody>('/v1/me')).body.code).toBe('account_not_bound');
  const kept = await stage.root.get<PersonBody>(`/v1/people/${guest.id}`);
  expect(kept.body.memberOf).toEqual([elsewhere.id]);
});

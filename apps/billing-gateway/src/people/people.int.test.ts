import type { InvitationBody, LocationBody, MeBody, PersonBody } from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import { bodyOf, type ProblemBody } from '@latchkey/test-kit';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { eventsOf, newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let there: LocationBody;

beforeAll(async () => {
  stage = await startGateway('gateway people');
  cast = new Cast(stage);
  [here, there] = [await cast.location(), await cast.location()];
});

afterAll(() => stage.stop());

const newPerson = () => ({ givenName: 'Ada', familyName: 'Byron', email: `${randomUUID()}@example.org` });

test('an event about a person carries ids, and no name or e-mail', async () => {
  const made = await cast.person({ ...newPerson(), memberOf: [here.id] });
  const [told] = await eventsOf(stage.database, made.id);
  expect(told?.data).toEqual({
    id: made.id,
    administratorOf: [],
    memberOf: [here.id],
    inviteeOf: [],
    accounts: [],
    contactVersion: 1,
  });
});

test('an e-mail belongs to one person, in whatever letters', async () => {
  const body = { ...newPerson(), memberOf: [here.id] };
  await cast.person(body);
  const again = await stage.root.post<ProblemBody>('/v1/people', { ...body, email: body.email.toUpperCase() });
  expect(again.status).toBe(409);
  expect(again.body.code).toBe('email_taken');
  expect(again.body.remedy).toEqual(expect.any(String));
});

test.each([
  [{ email: 'nobody' }, 'email'],
  [{ givenName: '' }, 'givenName'],
  [{ memberOf: [] }, 'location'],
  [{ memberOf: ['00000000-0000-7000-8000-000000000000', '00000000-0000-7000-8000-000000000000'] }, 'twice'],
])('a person with %j is refused: %s', async (fields, word) => {
  const answer = await stage.root.post<ProblemBody>('/v1/people', { ...newPerson(), memberOf: [here.id], ...fields });
  expect(answer.status).toBe(400);
  expect(answer.body.detail).toContain(word);
});

test('the same Idempotency-Key makes one person; another body with it is refused', async () => {
  const body = { ...newPerson(), memberOf: [here.id] };
  const key = randomUUID();
  const first = await stage.root.post<PersonBody>('/v1/people', body, { key });
  const second = await stage.root.post<PersonBody>('/v1/people', body, { key });
  expect(second).toMatchObject({ status: 201, body: first.body });
  const other = await stage.root.post<ProblemBody>('/v1/people', { ...body, givenName: 'Eve' }, { key });
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
});

test('an invitation binds one sign-in, once', async () => {
  const made = await cast.person({ memberOf: [here.id] });
  const invitation = bodyOf(await stage.root.post<InvitationBody>(`/v1/people/${made.id}/invitations`, {}));
  const clients = await Promise.all(
    [randomUUID(), randomUUID(), randomUUID()].map(async (sub) => stage.client(await stage.issuer.token({ sub }))),
  );
  const answers = await Promise.all(
    clients.map((client) => client.post<MeBody>('/v1/me/account', { invitationToken: invitation.token })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 404, 404]);
  const me = await clients[answers.findIndex(({ status }) => status === 201)]!.get<MeBody>('/v1/me');
  expect(me.body.person.id).toBe(made.id);
  const told = await newestEventOf(stage.database, made.id);
  expect(told.data['accounts']).toEqual([{ issuer: stage.issuer.issuer, subject: me.body.account.subject }]);
  const tokens: unknown[] = await stage.database.query(`SELECT FROM idempotency_key WHERE body::text LIKE $1`, [
    `%${invitation.token}%`,
  ]);
  expect(tokens).toEqual([]);
});

test('a newer invitation makes the older worthless, and an expired one does nothing', async () => {
  const made = await cast.person({ memberOf: [here.id] });
  const invite = async () => bodyOf(await stage.root.post<InvitationBody>(`/v1/people/${made.id}/invitations`, {}));
  const [older, newer] = [await invite(), await invite()];
  const client = stage.client(await stage.issuer.token({ sub: randomUUID() }));
  const refused = await client.post<ProblemBody>('/v1/me/account', { invitationToken: older.token });
  expect(refused).toMatchObject({ status: 404, body: { code: 'invitation_invalid' } });
  stage.setNow(new Date(Date.parse(newer.expiresAt)).toISOString());
  const late = await client.post<ProblemBody>('/v1/me/account', { invitationToken: newer.token });
  stage.setNow(undefined);
  expect(late.body.code).toBe('invitation_invalid');
});

test('an e-mail that the issuer has verified finds its person, and is verified from then on', async () => {
  const made = await cast.person({ memberOf: [here.id] });
  const claims = { sub: randomUUID(), email: made.email.toUpperCase() };
  const unverified = stage.client(await stage.issuer.token({ ...claims, email_verified: false }));
  expect((await unverified.post<ProblemBody>('/v1/me/account', {})).body.code).toBe('email_not_verified');
  const verified = stage.client(await stage.issuer.token({ ...claims, email_verified: true }));
  const bound = await verified.post<MeBody>('/v1/me/account', {});
  expect(bound.body.person).toMatchObject({ id: made.id, isEmailVerified: true, contactVersion: 2 });
  const again = await verified.post<MeBody>('/v1/me/account', {});
  expect(again.body).toEqual(bound.body);
  const stranger = await stage.issuer.token({ sub: randomUUID(), email: 'x@example.org', email_verified: true });
  expect((await stage.client(stranger).post('/v1/me/account', {})).status).toBe(404);
});

test("a sign-in that is somebody's already cannot take another's invitation", async () => {
  const ada = await cast.member(here.id);
  const bob = await cast.person({ memberOf: [here.id] });
  const { token } = bodyOf(await stage.root.post<InvitationBody>(`/v1/people/${bob.id}/invitations`, {}));
  const answer = await ada.client.post<ProblemBody>('/v1/me/account', { invitationToken: token });
  expect(answer).toMatchObject({ status: 409, body: { code: 'account_already_bound' } });
});

test('a member changes its own name, but not the address by which it signs in', async () => {
  const { person, client } = await cast.member(here.id);
  const named = await client.patch<PersonBody>(`/v1/people/${person.id}`, { givenName: 'Augusta' }, person.version);
  expect(named.body).toMatchObject({ givenName: 'Augusta', contactVersion: 2 });
  const moved = await client.patch<ProblemBody>(`/v1/people/${person.id}`, { email: 'x@example.org' }, 3);
  expect(moved.body.code).toBe('person_of_other_locations');
  const verified = await client.patch<ProblemBody>(`/v1/people/${person.id}`, { isEmailVerified: true }, 3);
  expect(verified.body.code).toBe('verification_not_yours');
});

test('who administers one of two locations cannot become the person at the other', async () => {
  const administrator = await cast.administrator(here.id);
  const person = await cast.person({ memberOf: [here.id], administratorOf: [there.id] });
  const path = `/v1/people/${person.id}`;
  const tried = [
    await administrator.client.post<ProblemBody>(`${path}/invitations`, {}),
    await administrator.client.patch<ProblemBody>(path, { email: 'mine@example.org' }, 1),
    await administrator.client.delete<ProblemBody>(path, 1),
  ];
  expect(tried.map(({ body }) => body.code)).toEqual(Array(3).fill('person_of_other_locations'));
});

test('a program appoints administrators only with installation:admin', async () => {
  const billing = stage.client(await stage.issuer.serviceToken('billing', 'billing:write'));
  const person = await cast.person({ memberOf: [here.id] });
  const roles = { isAdministrator: true, isMember: true };
  const tried = [
    await billing.post<ProblemBody>('/v1/people', { ...newPerson(), administratorOf: [here.id] }),
    await billing.put<ProblemBody>(`/v1/people/${person.id}/locations/${here.id}`, roles, 1),
  ];
  expect(tried.map(({ body }) => body.code)).toEqual(['scope_missing', 'scope_missing']);
});

test('an appointed administrator may at once what it could not before', async () => {
  const { person, client } = await cast.member(here.id);
  const body = { locationId: here.id, name: 'New plan' };
  expect((await client.post('/v1/plans', body)).status).toBe(403);
  const roles = { isAdministrator: true, isMember: true };
  await stage.root.put(`/v1/people/${person.id}/locations/${here.id}`, roles, person.version);
  expect((await client.post('/v1/plans', body)).status).toBe(201);
});

test('who leaves one location keeps the other, and its last one it cannot leave', async () => {
  const plan = await cast.plan(here.id);
  const person = await cast.person({ memberOf: [here.id, there.id] });
  const subscription = await cast.subscription({
    locationId: here.id,
    holder: { kind: 'member', personId: person.id },
    items: [{ kind: 'plan', planId: plan.id }],
  });
  const left = await stage.root.delete<PersonBody>(`/v1/people/${person.id}/locations/${here.id}`, 1);
  expect(left.body).toMatchObject({ memberOf: [there.id], version: 2 });
  expect((await newestEventOf(stage.database, subscription.id)).data['cancelledAt']).not.toBeNull();
  const last = await stage.root.delete<ProblemBody>(`/v1/people/${person.id}/locations/${there.id}`, 2);
  expect(last.body.code).toBe('last_location');
});

test('a deleted person leaves a tombstone: its access ended first, its names nowhere', async () => {
  const plan = await cast.plan(here.id);
  const { person, client } = await cast.actor({ givenName: 'Zebulon', memberOf: [here.id] });
  const company = await cast.company(here.id, { managerIds: [person.id] });
  const subscription = await cast.subscription({
    locationId: here.id,
    holder: { kind: 'member', personId: person.id },
    items: [{ kind: 'plan', planId: plan.id }],
  });
  expect((await stage.root.delete(`/v1/people/${person.id}`, person.version)).status).toBe(204);
  expect((await newestEventOf(stage.database, company.id)).data['managerIds']).toEqual([]);
  expect((await newestEventOf(stage.database, subscription.id)).data['cancelledAt']).not.toBeNull();
  const told = await newestEventOf(stage.database, person.id);
  expect(told).toMatchObject({ type: 'billing.person.deleted.v1', version: person.version + 1 });
  const [row] = await stage.database.query<object[]>('SELECT given_name, email FROM person WHERE id = $1', [person.id]);
  expect(row).toEqual({ given_name: null, email: null });
  const kept: unknown[] = await stage.database.query(`SELECT FROM idempotency_key WHERE body::text LIKE '%Zebulon%'`);
  expect(kept).toEqual([]);
  expect((await client.get<ProblemBody>('/v1/me')).body.code).toBe('account_not_bound');
});

test('people are found by location, company and e-mail', async () => {
  const person = await cast.person({ memberOf: [there.id] });
  const company = await cast.company(there.id, { memberIds: [person.id] });
  const found = await Promise.all(
    [`companyId=${company.id}`, `email=${person.email.toUpperCase()}`].map((filter) =>
      stage.root.get<{ items: PersonBody[] }>(`/v1/people?locationId=${there.id}&${filter}`),
    ),
  );
  expect(found.map(({ body }) => body.items)).toEqual([[person], [person]]);
});

test('people of several e-mails are found at once, and nobody else', async () => {
  const people = [await cast.person({ memberOf: [there.id] }), await cast.person({ memberOf: [there.id] })];
  const elsewhere = await cast.person({ memberOf: [here.id] });
  const emails = [...people, elsewhere].map(({ email }) => `email=${encodeURIComponent(email.toUpperCase())}`);
  const list = (query: string) => stage.root.get<{ items: PersonBody[] }>(`/v1/people?locationId=${there.id}&${query}`);
  expect((await list([...emails, 'email=nobody'].join('&'))).body.items).toEqual(people);
  const tooMany = Array.from({ length: 101 }, (_, n) => `email=${n}@example.org`).join('&');
  expect((await list(tooMany)).status).toBe(400);
});

test('ids are the same in capitals', async () => {
  const body = { ...newPerson(), memberOf: [here.id.toUpperCase()] };
  const made = await stage.root.post<PersonBody>('/v1/people', body);
  expect(made.body.memberOf).toEqual([here.id]);
  expect((await stage.root.get(`/v1/people/${made.body.id.toUpperCase()}`)).status).toBe(200);
  const twice = [here.id, here.id.toUpperCase()];
  expect((await stage.root.post('/v1/people', { ...newPerson(), memberOf: twice })).status).toBe(400);
});

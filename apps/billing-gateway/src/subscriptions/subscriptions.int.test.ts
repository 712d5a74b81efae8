import type { LocationBody, PersonBody, PlanBody, SubscriptionBody } from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import type { ProblemBody } from '@latchkey/test-kit';
import { Cast } from '../testing/cast.ts';
import { startGateway, type GatewayStage } from '../testing/gateway-stage.ts';
import { eventsOf, newestEventOf } from '../testing/outbox-events.ts';

let stage: GatewayStage;
let cast: Cast;
let here: LocationBody;
let ada: PersonBody;
let plan: PlanBody;

beforeAll(async () => {
  stage = await startGateway('gateway subscriptions');
  cast = new Cast(stage);
  here = await cast.location({ timeZone: 'America/New_York' });
  ada = await cast.person({ memberOf: [here.id] });
  plan = await cast.plan(here.id);
});

beforeEach(() => stage.setNow('2026-03-10T12:00:00Z'));

afterAll(() => stage.stop());

const path = ({ id }: { id: string }, action = '') => `/v1/subscriptions/${id}${action}`;
const body = () => ({
  locationId: here.id,
  holder: { kind: 'member' as const, personId: ada.id },
  items: [{ kind: 'plan' as const, planId: plan.id }],
});
const subscribe = (fields: object = {}) => cast.subscription({ ...body(), startOn: '2026-03-01', ...fields });

test('a subscription is told with its items, dates and the moment when it was made', async () => {
  const made = await subscribe({ endOn: '2026-03-31' });
  expect(made).toMatchObject({ version: 1, endOn: '2026-03-31', cancelOn: null, paymentStatus: 'unpaid' });
  const [told] = await eventsOf(stage.database, made.id);
  expect(told).toEqual({
    type: 'billing.subscription.changed.v1',
    id: made.id,
    version: 1,
    data: {
      id: made.id,
      locationId: here.id,
      holder: { kind: 'member', personId: ada.id },
      items: [{ kind: 'plan', id: expect.any(String) as string, planId: plan.id }],
      startOn: '2026-03-01',
      lastDayOn: '2026-03-31',
      cancelledAt: null,
      paymentStatus: 'unpaid',
      madeAt: '2026-03-10T12:00:00.000Z',
      replacesId: null,
      replacedById: null,
    },
  });
});

test.each([
  [{ startOn: '2026-02-29' }, 'startOn'],
  [{ startOn: '2026-03-10', endOn: '2026-03-09' }, 'endOn'],
  [{ items: [] }, 'items'],
  [{ paymentStatus: 'gratis' }, 'paymentStatus'],
])('a subscription with %j is refused, naming %s', async (fields, field) => {
  const answer = await stage.root.post<ProblemBody>('/v1/subscriptions', {
    ...body(),
    startOn: '2026-03-01',
    ...fields,
  });
  expect(answer.status).toBe(400);
  expect(answer.body.detail).toContain(field);
});

test('a subscription may begin on a leap day, and an end moves to one', async () => {
  const made = await subscribe({ startOn: '2028-02-29', endOn: '2028-03-01' });
  const moved = await stage.root.patch<SubscriptionBody>(path(made), { endOn: '2028-02-29' }, 1);
  expect(moved.body.lastDayOn).toBe('2028-02-29');
});

test('plans and holders of another location do not exist here', async () => {
  const elsewhere = await cast.location();
  const strangePlan = await cast.plan(elsewhere.id);
  const stranger = await cast.person({ memberOf: [elsewhere.id] });
  const company = await cast.company(elsewhere.id);
  const post = (fields: object) =>
    stage.root.post<ProblemBody>('/v1/subscriptions', { ...body(), startOn: '2026-03-01', ...fields });
  const answers = [
    await post({ items: [{ kind: 'plan', planId: strangePlan.id }] }),
    await post({ holder: { kind: 'member', personId: stranger.id } }),
    await post({ holder: { kind: 'company', companyId: company.id } }),
  ];
  expect(answers.map((answer) => answer.body.code)).toEqual([
    'plan_not_found',
    'person_not_a_member',
    'company_not_found',
  ]);
});

test('a payment changes its status and nothing else', async () => {
  const made = await subscribe();
  const paid = await stage.root.patch<SubscriptionBody>(path(made), { paymentStatus: 'overdue' }, 1);
  expect(paid.body).toEqual({ ...made, version: 2, paymentStatus: 'overdue' });
});

test('a scheduled end is set, moved and withdrawn, but not into the past', async () => {
  const made = await subscribe();
  const set = await stage.root.patch<SubscriptionBody>(path(made), { endOn: '2026-03-20' }, 1);
  const moved = await stage.root.patch<SubscriptionBody>(path(made), { endOn: '2026-03-10' }, 2);
  const withdrawn = await stage.root.patch<SubscriptionBody>(path(made), { endOn: null }, 3);
  expect([set, moved, withdrawn].map(({ body: { lastDayOn } }) => lastDayOn)).toEqual([
    '2026-03-20',
    '2026-03-10',
    null,
  ]);
  const past = await stage.root.patch<ProblemBody>(path(made), { endOn: '2026-03-09' }, 4);
  expect(past).toMatchObject({ status: 422, body: { code: 'end_in_the_past' } });
  const before = await stage.root.patch<ProblemBody>(path(made), { endOn: '2026-02-28' }, 4);
  expect(before).toMatchObject({ status: 422, body: { code: 'end_before_start' } });
});

test('today is the day at the location: one minute before its midnight the end may still be today', async () => {
  const made = await subscribe();
  stage.setNow('2026-03-11T03:59:00Z');
  const today = await stage.root.patch<SubscriptionBody>(path(made), { endOn: '2026-03-10' }, 1);
  expect(today.status).toBe(200);
  stage.setNow('2026-03-11T04:00:00Z');
  const over = await stage.root.patch<ProblemBody>(path(made), { endOn: '2026-03-12' }, 2);
  expect(over).toMatchObject({ status: 409, body: { code: 'subscription_over' } });
});

test('a cancellation at a date moves, and withdrawn it gives the scheduled end back', async () => {
  const made = await subscribe({ endOn: '2026-12-31' });
  const cancelled = await stage.root.post<SubscriptionBody>(
    path(made, '/cancel'),
    { lastDayOn: '2026-04-30' },
    { version: 1 },
  );
  expect(cancelled).toMatchObject({ status: 200, body: { lastDayOn: '2026-04-30', cancelledAt: null } });
  const moved = await stage.root.post<SubscriptionBody>(
    path(made, '/cancel'),
    { lastDayOn: '2026-05-31' },
    { version: 2 },
  );
  expect(moved.body.lastDayOn).toBe('2026-05-31');
  const withdrawn = await stage.root.post<SubscriptionBody>(path(made, '/withdraw-cancellation'), undefined, {
    version: 3,
  });
  expect(withdrawn.body).toMatchObject({ version: 4, lastDayOn: '2026-12-31', cancelOn: null });
  const again = await stage.root.post<ProblemBody>(path(made, '/withdraw-cancellation'), undefined, { version: 4 });
  expect(again.body.code).toBe('nothing_to_withdraw');
});

test('a cancellation now is for good', async () => {
  const made = await subscribe();
  const key = randomUUID();
  const cancel = () => stage.root.post<SubscriptionBody>(path(made, '/cancel'), {}, { version: 1, key });
  const cancelled = await cancel();
  expect(cancelled.body).toMatchObject({ version: 2, cancelledAt: '2026-03-10T12:00:00.000Z' });
  expect(await cancel()).toMatchObject({ status: 200, body: cancelled.body });
  const tried = [
    await stage.root.post<ProblemBody>(path(made, '/cancel'), {}, { version: 2 }),
    await stage.root.patch<ProblemBody>(path(made), { endOn: '2026-04-30' }, 2),
    await stage.root.post<ProblemBody>(path(made, '/withdraw-cancellation'), undefined, { version: 2 }),
    await stage.root.post<ProblemBody>(
      path(made, '/replace'),
      { items: body().items, effectiveOn: '2026-03-10' },
      { version: 2 },
    ),
  ];
  expect(tried.map((answer) => answer.body.code)).toEqual(Array(4).fill('subscription_over'));
  expect((await stage.root.patch(path(made), { paymentStatus: 'paid' }, 2)).status).toBe(200);
});

test('a member signs up alone for a plan that is open to sign-up, and for nothing else', async () => {
  const { person, client } = await cast.member(here.id);
  const open = await cast.plan(here.id, { isOpenToSignUp: true });
  const office = await cast.resource(here.id);
  const signUp = {
    locationId: here.id,
    holder: { kind: 'member', personId: person.id },
    items: [{ kind: 'plan', planId: open.id }],
    startOn: '2026-03-10',
  };
  const made = await client.post<SubscriptionBody>('/v1/subscriptions', signUp);
  expect(made.status).toBe(201);
  expect((await client.get<{ items: unknown[] }>('/v1/subscriptions')).body.items).toEqual([made.body]);
  const refused = [
    { ...signUp, items: [{ kind: 'plan', planId: plan.id }] },
    { ...signUp, holder: { kind: 'member', personId: ada.id } },
    { ...signUp, items: [{ kind: 'resource', resourceId: office.id }] },
    { ...signUp, startOn: '2026-03-09' },
    { ...signUp, paymentStatus: 'paid' },
  ];
  const codes: string[] = [];
  for (const one of refused) codes.push((await client.post<ProblemBody>('/v1/subscriptions', one)).body.code);
  expect(codes).toEqual(['plan_not_open', 'sign_up_for_others', 'sign_up_terms', 'sign_up_terms', 'sign_up_terms']);
  expect((await client.post<ProblemBody>(path(made.body, '/cancel'), {}, { version: 1 })).status).toBe(403);
});

test('a switch at a date names each half in the other, and leaves no gap', async () => {
  const made = await subscribe({ paymentStatus: 'paid' });
  const better = await cast.plan(here.id);
  const request = { items: [{ kind: 'plan', planId: better.id }], effectiveOn: '2026-04-01' };
  const answer = await stage.root.post<{ ended: SubscriptionBody; started: SubscriptionBody }>(
    path(made, '/replace'),
    request,
    { version: 1 },
  );
  const { ended, started } = answer.body;
  expect(answer.status).toBe(201);
  expect(ended).toMatchObject({ id: made.id, version: 2, lastDayOn: '2026-03-31', replacedById: started.id });
  expect(started).toMatchObject({ version: 1, startOn: '2026-04-01', replacesId: made.id, paymentStatus: 'paid' });
  expect((await newestEventOf(stage.database, made.id)).data['replacedById']).toBe(started.id);

  const moved = await stage.root.patch<ProblemBody>(path(made), { endOn: '2026-03-20' }, 2);
  expect(moved.body.code).toBe('subscription_replaced');
  await stage.root.post(path(started, '/cancel'), {}, { version: 1 });
  const back = await stage.root.post<SubscriptionBody>(path(made, '/withdraw-cancellation'), undefined, { version: 2 });
  expect(back.body).toMatchObject({ lastDayOn: null, replacedById: null });
});

test('a switch today ends the old half now', async () => {
  const made = await subscribe();
  const answer = await stage.root.post<{ ended: SubscriptionBody; started: SubscriptionBody }>(
    path(made, '/replace'),
    { items: body().items, effectiveOn: '2026-03-10' },
    { version: 1 },
  );
  expect(answer.body.ended.cancelledAt).toBe('2026-03-10T12:00:00.000Z');
  expect(answer.body.started.startOn).toBe('2026-03-10');
});

test('a switch in the past, or after a gap, is refused', async () => {
  const made = await subscribe({ endOn: '2026-03-31' });
  const replace = (effectiveOn: string) =>
    stage.root.post<ProblemBody>(path(made, '/replace'), { items: body().items, effectiveOn }, { version: 1 });
  expect((await replace('2026-03-09')).body.code).toBe('start_in_the_past');
  expect((await replace('2026-04-02')).body.code).toBe('replacement_leaves_gap');
});

test('two switches of one subscription at once: one is made', async () => {
  const made = await subscribe();
  const request = { items: body().items, effectiveOn: '2026-04-01' };
  const answers = await Promise.all(
    [1, 2, 3].map(() => stage.root.post<ProblemBody>(path(made, '/replace'), request, { version: 1 })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 412, 412]);
  const rows: unknown[] = await stage.database.query('SELECT FROM subscription WHERE replaces_id = $1', [made.id]);
  expect(rows).toHaveLength(1);
});

test('a plan with subscriptions that are not over stays; one without goes', async () => {
  const sold = await cast.plan(here.id);
  const made = await subscribe({ items: [{ kind: 'plan', planId: sold.id }] });
  const refused = await stage.root.delete<ProblemBody>(`/v1/plans/${sold.id}`, 1);
  expect(refused).toMatchObject({ status: 409, body: { code: 'plan_in_use' } });
  await stage.root.post(path(made, '/cancel'), {}, { version: 1 });
  expect((await stage.root.delete(`/v1/plans/${sold.id}`, 1)).status).toBe(204);
  expect((await newestEventOf(stage.database, sold.id)).type).toBe('billing.plan.deleted.v1');
});

test('subscriptions are found by what they are of', async () => {
  const special = await cast.plan(here.id);
  const made = await subscribe({ items: [{ kind: 'plan', planId: special.id }] });
  const found = await stage.root.get<{ items: unknown[] }>(`/v1/subscriptions?planId=${special.id}`);
  expect(found.body.items).toEqual([made]);
  const none = await stage.root.get<{ items: unknown[] }>(`/v1/subscriptions?resourceId=${special.id}`);
  expect(none.body.items).toEqual([]);
});

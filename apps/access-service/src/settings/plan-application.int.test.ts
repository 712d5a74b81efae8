import type { AccessSettingBody, PlanApplicationAnswer, SubscriptionState } from '@latchkey/contracts';
import { eventually, type ApiClient, type ProblemBody } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { tell } from '../testing/tellings.ts';

const WAIT = { timeoutMs: 30_000 };
const YEAR_MS = 365 * 24 * 60 * 60_000;

let stage: AccessStage;
let root: ApiClient;
let locationId: string;
let planId: string;

beforeAll(async () => {
  stage = await (await AccessStage.create('plan application')).start();
  root = await stage.root();
  const location = tell.location();
  locationId = location.data.id;
  await stage.publish(location);
  await stage.publish(tell.connection({ locationId }));
});
afterAll(() => stage.close());
beforeEach(async () => {
  const plan = tell.plan({ locationId });
  planId = plan.data.id;
  await stage.publish(plan);
  await known(`/v1/plans/${planId}`);
});

interface Subscribed {
  readonly subscriptionId: string;
  readonly itemId: string;
  readonly path: string;
}

const known = (path: string) =>
  eventually(async () => expect((await root.get(`${path}/access`)).status).toBe(200), WAIT);
const choose = (path: string, version: number, ...groupIds: string[]) =>
  root.put<AccessSettingBody>(`${path}/access`, { groupIds }, version);
const choosePlan = (version: number, ...groupIds: string[]) => choose(`/v1/plans/${planId}`, version, ...groupIds);
const setting = async (of: Subscribed) => (await root.get<AccessSettingBody>(`${of.path}/access`)).body;
const day = (offsetMs: number) => new Date(Date.now() + offsetMs).toISOString().slice(0, 10);
const changes = async (id: string) =>
  Number((await stage.row<{ n: string }>('SELECT changed_no AS n FROM entitlement WHERE id = $1', [id]))?.n ?? 0);

async function apply(version: number, change: object = {}) {
  const body = { version, ...change };
  return root.post<PlanApplicationAnswer & ProblemBody>(`/v1/plans/${planId}/access/application`, body);
}

async function subscribe(data: Partial<SubscriptionState> = {}, to = planId): Promise<Subscribed> {
  const item = { kind: 'plan' as const, id: randomUUID(), planId: to };
  const telling = tell.subscription({ locationId, items: [item], ...data });
  await stage.publish(telling);
  const path = `/v1/subscriptions/${telling.data.id}/items/${item.id}`;
  await known(path);
  return { subscriptionId: telling.data.id, itemId: item.id, path };
}

test('running and future subscriptions get the groups that their plan has now, at once', async () => {
  const [running, future] = [await subscribe(), await subscribe({ startOn: day(YEAR_MS) })];
  const others = [
    await subscribe({ lastDayOn: '2026-01-31' }),
    await subscribe({ cancelledAt: '2026-02-01T10:00:00.000Z' }),
    await subscribe({}, randomUUID()),
  ];
  await choosePlan(0, 'front', 'office');
  const same = await subscribe();
  const before = await Promise.all([running, future].map(({ subscriptionId }) => changes(subscriptionId)));
  const { status, body } = await apply(1);
  expect([status, body.groupIds, body.isDryRun]).toEqual([200, ['front', 'office'], false]);
  expect(body.found).toEqual({ same: 1, differs: 2, chosen_by_hand: 0 });
  expect(body.changed).toEqual({ items: 2, subscriptions: 2, people: 2 });
  for (const one of [running, future]) {
    expect(await setting(one)).toMatchObject({
      version: 1,
      groupIds: ['front', 'office'],
      history: [
        { validTo: null, chosenBy: 'service:root' },
        { groupIds: [], chosenBy: null },
      ],
    });
  }
  const after = await Promise.all([running, future].map(({ subscriptionId }) => changes(subscriptionId)));
  expect(after).toEqual(before.map((n) => n + 1));
  for (const one of [...others, same]) expect((await setting(one)).version).toBe(0);
});

test('a preview tells the same, and changes nothing', async () => {
  const running = await subscribe();
  await choosePlan(0, 'front');
  const before = await changes(running.subscriptionId);
  const preview = (await apply(1, { dryRun: true })).body;
  const item = { ...running, state: 'differs', groupIds: [], isChanged: true };
  const { path: _path, ...shown } = item;
  expect(preview).toMatchObject({ isDryRun: true, changed: { items: 1, people: 1 }, items: [shown] });
  expect([(await setting(running)).version, await changes(running.subscriptionId)]).toEqual([0, before]);
  expect((await apply(1)).body).toEqual({ ...preview, isDryRun: false });
});

test('what somebody chose for a subscription stays, unless that is asked for too', async () => {
  const byHand = await subscribe();
  await choose(byHand.path, 0, 'special');
  await choosePlan(0, 'front');
  const { body } = await apply(1);
  expect(body).toMatchObject({
    found: { chosen_by_hand: 1 },
    changed: { items: 0, subscriptions: 0, people: 0 },
    items: [{ itemId: byHand.itemId, state: 'chosen_by_hand', groupIds: ['special'], isChanged: false }],
  });
  expect((await setting(byHand)).groupIds).toEqual(['special']);
  expect((await apply(1, { includeChosenByHand: true })).body.changed.items).toBe(1);
  expect((await setting(byHand)).groupIds).toEqual(['front']);
});

test('what was given so is no choice for the subscription: the next time it follows again', async () => {
  const running = await subscribe();
  await choosePlan(0, 'front');
  await apply(1);
  expect((await apply(1)).body).toMatchObject({ found: { same: 1 }, changed: { items: 0 } });
  await choosePlan(1);
  expect((await apply(2)).body).toMatchObject({ groupIds: [], found: { differs: 1 }, changed: { items: 1 } });
  expect(await setting(running)).toMatchObject({ version: 2, groupIds: [] });
});

test('all people of a company are counted, each once', async () => {
  const [manager, member] = [randomUUID(), randomUUID()];
  const company = tell.company({ locationId, managerIds: [manager], memberIds: [member] });
  await stage.publish(company);
  const holder = { kind: 'company' as const, companyId: company.data.id };
  await subscribe({ holder });
  await subscribe({ holder });
  await subscribe({ holder: { kind: 'member', personId: member } });
  await eventually(async () => {
    const people = await stage.row<{ n: number }>(
      'SELECT count(*)::int AS n FROM company_person WHERE company_id = $1',
      [company.data.id],
    );
    expect(people?.n).toBe(2);
  }, WAIT);
  await choosePlan(0, 'front');
  expect((await apply(1)).body.changed).toEqual({ items: 3, subscriptions: 3, people: 2 });
});

test('only what was seen is applied', async () => {
  await choosePlan(0, 'front');
  await choosePlan(1, 'office');
  expect(await apply(1)).toMatchObject({ status: 412, body: { code: 'version_conflict' } });
  expect(await apply(1, { dryRun: true })).toMatchObject({ status: 412, body: { code: 'version_conflict' } });
  expect((await root.post(`/v1/plans/${randomUUID()}/access/application`, { version: 0 })).status).toBe(404);
});

test('a choice for a subscription at the same moment comes before or after, never in between', async () => {
  const running = await Promise.all(Array.from({ length: 5 }, () => subscribe()));
  await choosePlan(0, 'front');
  await Promise.all([apply(1), ...running.map((of) => choose(of.path, 0, 'special')), apply(1)]);
  for (const one of running) {
    const { history, groupIds } = await setting(one);
    const chosen = history.filter(({ chosenBy }) => chosenBy !== null);
    expect(chosen.filter(({ validTo }) => validTo === null)).toHaveLength(1);
    for (const [index, { validFrom }] of chosen.slice(0, -1).entries()) {
      expect(validFrom).toBe(chosen[index + 1]?.validTo);
    }
    expect([['front'], ['special']]).toContainEqual(groupIds);
  }
});

import type { Entitlement } from '@latchkey/access-domain';
import { inTransaction } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import { addLocation, putBooking, setGroups } from '../testing/facts.ts';
import { confirmed, failed, World } from '../testing/world.ts';

const HOUR_MS = 60 * 60_000;
const why = { signal: 'changed', cause: 'a Salto user was confirmed' } as const;

let world: World;
let location: { id: string; siteId: string };
let entitlement: Entitlement;
let memberId: string;

beforeAll(async () => {
  world = await World.create('tried_again');
});
afterAll(() => world.close());
beforeEach(async () => {
  location = await addLocation(world.dataSource.manager);
  const resourceId = randomUUID();
  await setGroups(world.dataSource.manager, 'resource', resourceId, ['front']);
  entitlement = { kind: 'booking', id: randomUUID() };
  memberId = randomUUID();
  const times = { startsAt: Date.now(), endsAt: Date.now() + HOUR_MS };
  const booking = { id: entitlement.id, locationId: location.id, resourceId, memberIds: [memberId], ...times };
  await world.change(entitlement, (em) => putBooking(em, booking));
});

const triedAgain = () =>
  inTransaction(world.dataSource, (em) =>
    world.ledger.blockedTriedAgain(em, { siteId: location.siteId, memberId }, why),
  );

/** The revision that is due, if one is. */
async function due(outcomes: Parameters<World['plan']>[1] = {}) {
  return (await world.plan(entitlement, outcomes)).due[0];
}

async function blocked() {
  const first = (await due())!;
  expect(await due({ outcomes: [confirmed(first, Date.now(), ['front'])] })).toBeUndefined();
  expect(await world.statuses(entitlement)).toEqual(['blocked']);
  return first;
}

async function wakeups(): Promise<number> {
  const sql = 'SELECT FROM wakeup WHERE entitlement_id = $1 AND cause = $2';
  return (await world.dataSource.query<unknown[]>(sql, [entitlement.id, why.cause])).length;
}

test('what is blocked is tried again by a new revision, for which its workflows are woken', async () => {
  const first = await blocked();
  await triedAgain();
  expect(await wakeups()).toBe(1);
  const again = (await due())!;
  expect(again).toMatchObject({ urgency: 1, groups: [{ id: 'front' }] });
  expect(again.revision.n).toBe(first.revision.n + 1);
  await due({ outcomes: [confirmed(again, Date.now())] });
  expect(await world.statuses(entitlement)).toEqual(['active']);
});

test('an outcome from before, which arrives afterwards, does not block again', async () => {
  const first = (await due())!;
  await triedAgain();
  const again = await due({ outcomes: [confirmed(first, Date.now(), ['front'])] });
  expect(again).toMatchObject({ urgency: 1, revision: { n: first.revision.n + 1 } });
});

test('a member for whom all is well is left alone', async () => {
  await world.settle(entitlement);
  await triedAgain();
  expect(await wakeups()).toBe(0);
  expect(await due()).toBeUndefined();
});

test('"retry now" of what is blocked says that it is one, until it is confirmed', async () => {
  await blocked();
  const again = (await due({ retryNow: true }))!;
  expect(again.isRetried).toBe(true);
  await world.plan(entitlement, { outcomes: [failed(again, Date.now(), 'provider_unavailable')] });
  // Another change in between does not make it forget.
  expect(await due({ asOf: Date.now() + HOUR_MS / 2 })).toMatchObject({ isRetried: true });
});

test('an ordinary revision says nothing of a retry', async () => {
  expect(await due()).not.toHaveProperty('isRetried');
});

test('of a member that is not known nothing is tried', async () => {
  memberId = randomUUID();
  await triedAgain();
  expect(await wakeups()).toBe(0);
});

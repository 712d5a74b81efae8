import type { Entitlement } from '@latchkey/access-domain';
import { randomUUID } from 'node:crypto';
import { inTransaction } from '@latchkey/service-kit';
import { addLocation, putBooking, setConnection, setGroups, type BookingFacts } from '../testing/facts.ts';
import { confirmed, failed, World } from '../testing/world.ts';
import { readOwnership, recordOwnership } from './ownership.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const GRACE_MS = 30 * MINUTE_MS;

let world: World;
let location: { id: string; siteId: string };
let room: string;

beforeAll(async () => {
  world = await World.create('planner');
});
afterAll(() => world.close());
beforeEach(async () => {
  location = await addLocation(world.dataSource.manager);
  room = randomUUID();
  await setGroups(world.dataSource.manager, 'resource', room, ['front']);
});

type Changes = Partial<Omit<BookingFacts, 'id' | 'locationId'>>;

/** A booking of the room by one member, from two hours from now on for two hours, and a way to change it. */
async function book(changes: Changes = {}) {
  const entitlement: Entitlement = { kind: 'booking', id: randomUUID() };
  const startsAt = Date.now() + 2 * HOUR_MS;
  let facts: BookingFacts = {
    id: entitlement.id,
    locationId: location.id,
    resourceId: room,
    memberIds: [randomUUID()],
    startsAt,
    endsAt: startsAt + 2 * HOUR_MS,
    ...changes,
  };
  const change = async (next: Changes): Promise<void> => {
    facts = { ...facts, ...next };
    await world.change(entitlement, (em) => putBooking(em, facts));
  };
  await change({});
  return { entitlement, facts, change, opensAt: facts.startsAt - GRACE_MS, closesAt: facts.endsAt + GRACE_MS };
}

const forNow = () => ({ startsAt: Date.now(), endsAt: Date.now() + HOUR_MS });

describe('a booking from its making to its end', () => {
  it('sleeps until it opens, and prepares its member before', async () => {
    const { entitlement, opensAt, closesAt, facts } = await book();
    const plan = await world.plan(entitlement);
    expect(plan).toMatchObject({ phase: 'scheduled', health: 'ok', due: [], isOver: false, wakeAt: opensAt });
    expect(plan.window).toEqual({ opensAt, closesAt });
    expect(plan.wakeSummary).toMatch(/^until access opens, \d{4}-\d\d-\d\d \d\d:\d\d Europe\/Paris$/);
    expect(plan.prepare?.members).toEqual([{ siteId: location.siteId, memberId: facts.memberIds[0] }]);
    expect(plan.prepare?.at).toBeLessThan(opensAt - MINUTE_MS);
    expect(plan.prepare?.at).toBeGreaterThanOrEqual(opensAt - 15 * MINUTE_MS);
  });

  it('is granted when its window opens, revoked when it closes, and then over', async () => {
    const { entitlement, opensAt, closesAt, facts } = await book();
    const opening = await world.plan(entitlement, { asOf: opensAt });
    expect(opening).toMatchObject({ phase: 'granting', prepare: null, wakeAt: closesAt });
    expect(opening.due).toEqual([
      {
        siteId: location.siteId,
        memberId: facts.memberIds[0],
        revision: { epoch: 1, n: 1 },
        groups: [{ id: 'front', until: closesAt }],
        removals: [],
        confirmed: { epoch: 1, n: 0 },
        owned: [],
        urgency: 3,
      },
    ]);
    const open = await world.plan(entitlement, {
      asOf: opensAt,
      outcomes: opening.due.map((due) => confirmed(due, opensAt)),
    });
    expect(open).toMatchObject({ phase: 'active', due: [], wakeAt: closesAt, isOver: false });

    const closing = await world.plan(entitlement, { asOf: closesAt });
    expect(closing).toMatchObject({ phase: 'revoking', isOver: false });
    expect(closing.due).toMatchObject([
      { revision: { epoch: 1, n: 2 }, groups: [], removals: [{ id: 'front' }], urgency: 2 },
    ]);
    const over = await world.plan(entitlement, {
      asOf: closesAt,
      outcomes: closing.due.map((due) => confirmed(due, closesAt)),
    });
    expect(over).toMatchObject({ phase: 'ended', due: [], wakeAt: null, isOver: true });
    expect(await world.statuses(entitlement)).toEqual(['ended']);
  });

  it('is due at once, before all that was planned, when it is for now', async () => {
    const { entitlement } = await book(forNow());
    expect((await world.plan(entitlement)).due).toMatchObject([{ urgency: 1 }]);
  });

  it('is revoked at once when it is cancelled while open', async () => {
    const { entitlement, change } = await book(forNow());
    await world.settle(entitlement);
    await change({ cancelledAt: Date.now() });
    expect((await world.plan(entitlement)).due).toMatchObject([
      { groups: [], removals: [{ id: 'front' }], urgency: 1 },
    ]);
  });

  it('is over without a call when it is cancelled before it opens', async () => {
    const { entitlement, change } = await book();
    await world.plan(entitlement);
    await change({ cancelledAt: Date.now() });
    expect(await world.plan(entitlement)).toMatchObject({ due: [], isOver: true, phase: 'ended' });
    expect(await world.statuses(entitlement)).toEqual([]);
  });

  it('reopens when it is lengthened after its end', async () => {
    const { entitlement, change, closesAt, facts } = await book();
    await world.settle(entitlement, closesAt - 1);
    expect((await world.settle(entitlement, closesAt)).isOver).toBe(true);
    await change({ endsAt: facts.endsAt + HOUR_MS });
    const plan = await world.plan(entitlement, { asOf: closesAt + 1 });
    expect(plan).toMatchObject({ phase: 'granting', isOver: false, wakeAt: closesAt + HOUR_MS });
    expect(plan.due).toMatchObject([{ groups: [{ id: 'front', until: closesAt + HOUR_MS }] }]);
  });

  it('gives its invitees the same, and takes it from one who is no longer invited', async () => {
    const [owner, invitee] = [randomUUID(), randomUUID()];
    const { entitlement, change } = await book({ ...forNow(), memberIds: [owner, invitee] });
    expect((await world.plan(entitlement)).due.map(({ memberId }) => memberId).toSorted()).toEqual(
      [owner, invitee].toSorted(),
    );
    await world.settle(entitlement);
    await change({ memberIds: [owner] });
    expect((await world.plan(entitlement)).due).toMatchObject([{ memberId: invitee, groups: [] }]);
    expect((await world.settle(entitlement)).isOver).toBe(false);
  });

  it('is missed when nothing could be granted in its window', async () => {
    const { entitlement, opensAt, closesAt } = await book();
    const plan = await world.plan(entitlement, { asOf: opensAt });
    await world.plan(entitlement, { asOf: opensAt, outcomes: plan.due.map((due) => failed(due, opensAt)) });
    await world.settle(entitlement, closesAt);
    expect(await world.statuses(entitlement)).toEqual(['missed']);
  });
});

describe('several entitlements of one member', () => {
  it('keep the group until the last of them ends', async () => {
    const memberIds = [randomUUID()];
    const first = await book({ ...forNow(), memberIds });
    const second = await book({ ...forNow(), endsAt: Date.now() + 3 * HOUR_MS, memberIds });
    await world.settle(first.entitlement);
    expect((await world.plan(second.entitlement)).due).toEqual([]);
    const ended = await world.plan(first.entitlement, { asOf: first.closesAt });
    expect(ended).toMatchObject({ due: [], isOver: true, phase: 'ended' });
    expect((await world.plan(second.entitlement, { asOf: second.closesAt })).due).toMatchObject([{ groups: [] }]);
  });

  it('that follow each other without a gap cause no removal in between', async () => {
    const memberIds = [randomUUID()];
    const first = await book({ ...forNow(), memberIds });
    const second = await book({
      startsAt: first.closesAt + GRACE_MS + MINUTE_MS,
      endsAt: first.closesAt + 3 * HOUR_MS,
      memberIds,
    });
    expect((await world.plan(first.entitlement)).due).toMatchObject([
      { groups: [{ id: 'front', until: second.closesAt }] },
    ]);
    await world.settle(first.entitlement);
    expect((await world.plan(first.entitlement, { asOf: first.closesAt })).due).toEqual([]);
    expect((await world.plan(second.entitlement, { asOf: second.opensAt })).due).toEqual([]);
    expect(await world.statuses(second.entitlement)).toEqual(['active']);
  });

  it('race: a second entitlement is made while the first ends and its wake-up lags', async () => {
    const memberIds = [randomUUID()];
    const first = await book({ ...forNow(), memberIds });
    await world.settle(first.entitlement);
    const second = await book({ startsAt: first.closesAt + GRACE_MS, endsAt: first.closesAt + 3 * HOUR_MS, memberIds });
    // The second one's workflow has not been woken; the first one's plans all the same with its row.
    const handover = await world.plan(first.entitlement, { asOf: first.closesAt });
    expect(handover.due).toMatchObject([{ groups: [{ id: 'front', until: second.closesAt }], removals: [] }]);
  });

  it('race: the second booking of a handover is cancelled in the instant in which the first ends', async () => {
    const memberIds = [randomUUID()];
    const first = await book({ ...forNow(), memberIds });
    const second = await book({ startsAt: first.closesAt + GRACE_MS, endsAt: first.closesAt + 3 * HOUR_MS, memberIds });
    await world.settle(first.entitlement);
    await world.plan(first.entitlement, { asOf: first.closesAt });
    await second.change({ cancelledAt: first.closesAt });
    const plan = await world.plan(second.entitlement, { asOf: first.closesAt });
    expect(plan.due).toMatchObject([{ groups: [], removals: [{ id: 'front' }] }]);
    expect((await world.settle(second.entitlement, first.closesAt)).isOver).toBe(true);
    expect(await world.plan(first.entitlement, { asOf: first.closesAt })).toMatchObject({ isOver: true });
  });

  it('race: a blocked addition stands beside the end of another entitlement', async () => {
    const memberIds = [randomUUID()];
    const ending = await book({ ...forNow(), memberIds });
    const gone = randomUUID();
    await setGroups(world.dataSource.manager, 'resource', gone, ['deleted']);
    const blocked = await book({ ...forNow(), endsAt: Date.now() + 3 * HOUR_MS, memberIds, resourceId: gone });
    const [due] = (await world.plan(blocked.entitlement)).due;
    if (due === undefined) throw new Error('nothing is due');
    const now = Date.now();
    expect(await world.plan(blocked.entitlement, { outcomes: [confirmed(due, now, ['deleted'])] })).toMatchObject({
      due: [],
      health: 'needs_human',
    });
    expect(await world.statuses(blocked.entitlement)).toEqual(['blocked']);
    const [closing] = (await world.plan(ending.entitlement, { asOf: ending.closesAt })).due;
    expect(closing?.removals).toEqual([{ id: 'front' }]);
    if (closing === undefined) throw new Error('nothing is due');
    const outcomes = [confirmed(closing, ending.closesAt, ['deleted'])];
    expect(await world.plan(ending.entitlement, { asOf: ending.closesAt, outcomes })).toMatchObject({ isOver: true });
    const retried = await world.plan(blocked.entitlement, { asOf: ending.closesAt, retryNow: true });
    expect(retried.due).toMatchObject([{ groups: [{ id: 'deleted' }], urgency: 1 }]);
  });
});

describe('settings', () => {
  it('that change take effect on open access, and the old group waits for the new one', async () => {
    const { entitlement } = await book(forNow());
    await world.settle(entitlement);
    await setGroups(world.dataSource.manager, 'resource', room, ['back']);
    const [due] = (await world.plan(entitlement)).due;
    expect(due).toMatchObject({ groups: [{ id: 'back' }], removals: [{ id: 'front', waitsFor: 'back' }], urgency: 1 });
    const waitsUntil = due?.removals[0]?.waitsUntil ?? 0;
    expect(waitsUntil - Date.now()).toBeLessThanOrEqual(2 * MINUTE_MS);
    const later = await world.plan(entitlement, { asOf: waitsUntil });
    expect(later.due).toMatchObject([{ removals: [{ id: 'front' }] }]);
    expect(later.due[0]?.removals[0]?.waitsFor).toBeUndefined();
  });

  it('of "not selected" revoke at once', async () => {
    const { entitlement } = await book(forNow());
    await world.settle(entitlement);
    await setGroups(world.dataSource.manager, 'resource', room, []);
    expect((await world.plan(entitlement)).due).toMatchObject([
      { groups: [], removals: [{ id: 'front' }], urgency: 1 },
    ]);
  });
});

describe('when attempts fail', () => {
  it('the failure is shown, and the next attempt waits longer each time', async () => {
    const { entitlement, closesAt } = await book(forNow());
    let at = Date.now();
    let plan = await world.plan(entitlement, { asOf: at });
    const delays: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      plan = await world.plan(entitlement, { asOf: at, outcomes: plan.due.map((due) => failed(due, at)) });
      expect(plan).toMatchObject({ due: [], health: 'retrying', phase: 'granting', isOver: false });
      expect(plan.details).toContain('provider_unavailable');
      expect(plan.wakeSummary).toContain('until the next attempt');
      delays.push((plan.wakeAt ?? 0) - at);
      at = plan.wakeAt ?? closesAt;
      plan = await world.plan(entitlement, { asOf: at });
      expect(plan.due).toMatchObject([{ revision: { n: 1 } }]);
    }
    expect(await world.statuses(entitlement)).toEqual(['retrying']);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
    await world.settle(entitlement, at);
    expect(await world.statuses(entitlement)).toEqual(['active']);
  });

  it('`Retry-After` is respected, and `retryNow` does not wait', async () => {
    const { entitlement } = await book(forNow());
    const now = Date.now();
    const { due } = await world.plan(entitlement, { asOf: now });
    const outcomes = due.map((one) => failed(one, now, 'rate_limited', now + 20 * MINUTE_MS));
    expect(await world.plan(entitlement, { asOf: now, outcomes })).toMatchObject({
      due: [],
      wakeAt: now + 20 * MINUTE_MS,
    });
    expect((await world.plan(entitlement, { asOf: now, retryNow: true })).due).toHaveLength(1);
  });

  it('a removal that waits for its replacement is tried when its patience ends', async () => {
    const { entitlement } = await book(forNow());
    await world.settle(entitlement);
    await setGroups(world.dataSource.manager, 'resource', room, ['back']);
    let plan = await world.plan(entitlement);
    const waitsUntil = plan.due[0]?.removals[0]?.waitsUntil ?? 0;
    for (let at = Date.now(); at < waitsUntil; at = plan.wakeAt ?? 0) {
      plan = await world.plan(entitlement, { asOf: at });
      plan = await world.plan(entitlement, { asOf: at, outcomes: plan.due.map((due) => failed(due, at)) });
      expect(plan.wakeAt).toBeLessThanOrEqual(waitsUntil);
    }
  });

  it('race: an `until` is lengthened while the old attempt answers `expired`', async () => {
    const { entitlement, change, closesAt, facts } = await book();
    const opening = await world.plan(entitlement, { asOf: closesAt - 1 });
    await change({ endsAt: facts.endsAt + HOUR_MS });
    const outcomes = opening.due.map(({ siteId, memberId, revision }) => ({
      siteId,
      memberId,
      revision,
      at: closesAt,
      result: { kind: 'expired' as const, groups: [] },
    }));
    const plan = await world.plan(entitlement, { asOf: closesAt, outcomes });
    expect(plan.due).toMatchObject([{ revision: { n: 2 }, groups: [{ until: closesAt + HOUR_MS }] }]);
  });

  it('an `expired` answer confirms nothing, and the same revision waits before it is repeated', async () => {
    const { entitlement, opensAt } = await book();
    const { due } = await world.plan(entitlement, { asOf: opensAt });
    const outcomes = due.map(({ siteId, memberId, revision }) => ({
      siteId,
      memberId,
      revision,
      at: opensAt,
      result: { kind: 'expired' as const, groups: [] },
    }));
    const plan = await world.plan(entitlement, { asOf: opensAt, outcomes });
    expect(plan).toMatchObject({ due: [], isOver: false });
    expect(plan.wakeAt).toBeGreaterThan(opensAt);
  });

  it('an unknown answer is verified when the adapter says', async () => {
    const { entitlement, opensAt } = await book();
    const { due } = await world.plan(entitlement, { asOf: opensAt });
    const outcomes = due.map(({ siteId, memberId, revision }) => ({
      siteId,
      memberId,
      revision,
      at: opensAt,
      result: { kind: 'unverified' as const, groups: [], verifyAt: opensAt + MINUTE_MS },
    }));
    expect(await world.plan(entitlement, { asOf: opensAt, outcomes })).toMatchObject({
      due: [],
      wakeAt: opensAt + MINUTE_MS,
      health: 'ok',
    });
    expect((await world.plan(entitlement, { asOf: opensAt + MINUTE_MS })).due).toHaveLength(1);
  });

  it('a write that gets no answer again and again is shown with its trouble, and waits longer each time', async () => {
    const { entitlement, opensAt } = await book();
    let asOf = opensAt;
    let { due } = await world.plan(entitlement, { asOf });
    const healths: string[] = [];
    const waits: number[] = [];
    for (let time = 1; time <= 8; time += 1) {
      const failure = { code: 'provider_unavailable', message: 'add to group: HTTP 500' };
      const groups = [{ groupId: 'front', outcome: 'pending' as const, isOurs: true, failure }];
      const result = { kind: 'unverified' as const, groups, verifyAt: asOf + MINUTE_MS };
      const outcomes = due.map(({ siteId, memberId, revision }) => ({ siteId, memberId, revision, at: asOf, result }));
      const plan = await world.plan(entitlement, { asOf, outcomes });
      healths.push(plan.health);
      waits.push(plan.wakeAt! - asOf);
      asOf = plan.wakeAt!;
      due = (await world.plan(entitlement, { asOf })).due;
    }
    expect(healths).toEqual(['ok', ...Array.from({ length: 7 }, () => 'retrying')]);
    expect(waits[1]).toBe(MINUTE_MS);
    expect(waits.at(-1)).toBeGreaterThan(4 * MINUTE_MS);
  });
});

describe('connections', () => {
  it('work waits while one is broken, and goes on when it is mended', async () => {
    const { entitlement } = await book(forNow());
    await setConnection(world.dataSource.manager, location.id, 'needs_reconnect');
    expect(await world.plan(entitlement)).toMatchObject({ due: [], isOver: false, health: 'needs_human' });
    await setConnection(world.dataSource.manager, location.id, 'connected');
    expect((await world.plan(entitlement)).due).toHaveLength(1);
  });

  it('after a disconnect what is open is left so, nothing is sent, and the workflow ends', async () => {
    const { entitlement } = await book(forNow());
    await world.settle(entitlement);
    await setConnection(world.dataSource.manager, location.id, 'disconnected');
    expect(await world.plan(entitlement)).toMatchObject({ due: [], isOver: true });
    expect(await world.statuses(entitlement)).toEqual(['left_open']);
  });
});

it('a blocked group leaves what is known of whose the membership is as it was', async () => {
  const { entitlement, opensAt } = await book();
  const { siteId, memberId } = (await world.plan(entitlement, { asOf: opensAt })).due[0]!;
  const pair = { siteId, memberId };
  const { dataSource } = world;
  const confirm = (outcome: 'present' | 'blocked' | 'absent') => {
    const result = { kind: 'confirmed' as const, groups: [{ groupId: 'front', outcome, isOurs: true }], verifiedAt: 0 };
    return recordOwnership(dataSource.manager, [{ ...pair, revision: { epoch: 1, n: 1 }, at: 0, result }]);
  };
  const owned = async () => [...(await inTransaction(dataSource, (em) => readOwnership(em, [pair]))).values()];
  await confirm('present');
  await confirm('blocked');
  expect(await owned()).toEqual([['front']]);
  await confirm('absent');
  expect(await owned()).toEqual([]);
});

it('an entitlement that nobody knows is over at once', async () => {
  expect(await world.plan({ kind: 'booking', id: randomUUID() })).toMatchObject({
    isOver: true,
    due: [],
    wakeAt: null,
  });
});

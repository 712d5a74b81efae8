import type { Entitlement } from '@latchkey/access-domain';
import type { GroupLook, SiteCheckVerdict } from '@latchkey/access-workflows';
import { inTransaction } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import { Wakeups } from '../ledger/wakeups.ts';
import { addLocation, putBooking, setConnection, setGroups } from '../testing/facts.ts';
import { confirmed, World } from '../testing/world.ts';
import { decideFindings } from './drift-decisions.ts';
import { SiteCheck } from './site-check.ts';

const HOUR_MS = 60 * 60_000;

let world: World;
let location: { id: string; siteId: string };
let room: string;

beforeAll(async () => {
  world = await World.create('site_check');
});
afterAll(() => world.close());
beforeEach(async () => {
  location = await addLocation(world.dataSource.manager);
  room = randomUUID();
  await setGroups(world.dataSource.manager, 'resource', room, ['front']);
});

const checkOf = (quietMs: number) => new SiteCheck(world.dataSource, new Wakeups(() => undefined), { quietMs });

/** A member whose booking is open and confirmed. */
async function booked(memberId = randomUUID(), endsAt = Date.now() + HOUR_MS) {
  const entitlement: Entitlement = { kind: 'booking', id: randomUUID() };
  const facts = { id: entitlement.id, locationId: location.id, resourceId: room, memberIds: [memberId] };
  const put = (cancelledAt: number | null = null) =>
    world.change(entitlement, (em) =>
      putBooking(em, { ...facts, startsAt: Date.now() - HOUR_MS, endsAt, cancelledAt }),
    );
  await put();
  await world.settle(entitlement);
  return { memberId, entitlement, cancel: () => put(Date.now()) };
}

type Seen = Partial<GroupLook['members'][number]> & { readonly memberId: string };

function lookAt(groupId: string, members: readonly Seen[], change: Partial<GroupLook> = {}): GroupLook {
  const whole = members.map((member) => ({ isOurs: true, isQuarantined: false, ...member }));
  // What was confirmed in this test was so before the look.
  const readAt = Date.now() + 1_000;
  return { groupId, readAt, exists: true, members: whole, foreignUserIds: [], lint: null, ...change };
}

/** A check that sees this. */
function check(looks: readonly GroupLook[], quietMs = 0): Promise<SiteCheckVerdict> {
  return checkOf(quietMs).judgeSiteCheck({ version: 1, siteId: location.siteId, looks, owned: [] });
}

async function findings(): Promise<{ kind: string; action: string; isResolved: boolean }[]> {
  return world.dataSource.query(
    `SELECT kind, action, resolved_at IS NOT NULL AS "isResolved" FROM drift_finding WHERE site_id = $1 ORDER BY found_at, kind`,
    [location.siteId],
  );
}

async function causes(entitlement: Entitlement): Promise<string[]> {
  const rows: { cause: string }[] = await world.dataSource.query('SELECT cause FROM wakeup WHERE entitlement_id = $1', [
    entitlement.id,
  ]);
  return rows.map(({ cause }) => cause).filter((cause) => cause.includes('check'));
}

/** The workflow of those whom no entitlement ever concerned. */
async function causeOf(): Promise<string> {
  const [row]: { id: string }[] = await world.dataSource.query(
    `SELECT DISTINCT caused_by_id AS id FROM pair WHERE site_id = $1 AND caused_by_kind = 'manual' AND forced_urgency IS NOT NULL`,
    [location.siteId],
  );
  return row?.id ?? '';
}

describe('a member who is where it should be', () => {
  it('is no drift, and nothing is taken anew', async () => {
    const ada = await booked();
    expect(await check([lookAt('front', [ada])])).toEqual({
      memberships: 1,
      putBack: 0,
      removing: 0,
      held: 0,
      blocked: 0,
      reported: 0,
    });
    expect(await findings()).toEqual([]);
    expect((await world.plan(ada.entitlement)).due).toEqual([]);
  });
});

describe('a member who was taken out by hand', () => {
  it('is put back once, by a new revision that its workflow is woken for', async () => {
    const ada = await booked();
    expect(await check([lookAt('front', [])])).toMatchObject({ putBack: 1 });
    expect(await causes(ada.entitlement)).toEqual([`the check of site ${location.siteId} found a difference`]);
    const plan = await world.plan(ada.entitlement);
    expect(plan.due).toMatchObject([{ revision: { n: 2 }, groups: [{ id: 'front' }], urgency: 3 }]);
    await world.settle(ada.entitlement);
    await check([lookAt('front', [ada])]);
    expect(await findings()).toEqual([{ kind: 'missing', action: 'put_back', isResolved: true }]);
  });

  it('is blocked the second time, until a person decides or nothing entitles any more', async () => {
    const ada = await booked();
    await check([lookAt('front', [])]);
    await world.settle(ada.entitlement);
    await check([lookAt('front', [ada])]);
    expect(await check([lookAt('front', [])])).toMatchObject({ putBack: 0, blocked: 1 });
    const plan = await world.settle(ada.entitlement);
    expect(await world.statuses(ada.entitlement)).toEqual(['blocked']);
    expect(plan.health).toBe('needs_human');
    // Still out, and still waiting: nothing is written again.
    expect(await check([lookAt('front', [])])).toMatchObject({ putBack: 0, blocked: 0 });
    expect((await world.plan(ada.entitlement)).due).toEqual([]);
    expect((await findings()).at(-1)).toEqual({ kind: 'missing', action: 'blocked', isResolved: false });
    await ada.cancel();
    await world.settle(ada.entitlement);
    const bob = await booked(ada.memberId);
    expect(await world.statuses(bob.entitlement)).toEqual(['active']);
  });

  it('is granted again when an administrator retries', async () => {
    const ada = await booked();
    await check([lookAt('front', [])]);
    await world.settle(ada.entitlement);
    await check([lookAt('front', [])]);
    await world.settle(ada.entitlement);
    const plan = await world.plan(ada.entitlement, { retryNow: true });
    expect(plan.due).toMatchObject([{ groups: [{ id: 'front' }], urgency: 1 }]);
    await world.settle(ada.entitlement);
    expect(await world.statuses(ada.entitlement)).toEqual(['active']);
  });

  it('is not taken out by its hold, since somebody may have put it back meanwhile', async () => {
    const ada = await booked();
    await check([lookAt('front', [])]);
    await world.settle(ada.entitlement);
    await check([lookAt('front', [])]);
    const plan = await world.plan(ada.entitlement);
    expect(plan.due).toMatchObject([{ groups: [], keeps: ['front'] }]);
    // What entitled to it ends: then the hold ends too.
    await ada.cancel();
    const [due] = (await world.plan(ada.entitlement)).due;
    expect(due).toMatchObject({ groups: [], removals: [{ id: 'front' }] });
    expect(due).not.toHaveProperty('keeps');
  });

  it('whom somebody puts back by hand is active again', async () => {
    const ada = await booked();
    await check([lookAt('front', [])]);
    await world.settle(ada.entitlement);
    await check([lookAt('front', [])]);
    await world.settle(ada.entitlement);
    await check([lookAt('front', [{ ...ada, isOurs: false }])]);
    await world.settle(ada.entitlement);
    expect(await world.statuses(ada.entitlement)).toEqual(['active']);
    expect((await findings()).every(({ isResolved }) => isResolved)).toBe(true);
  });

  it('is not drift while a change that concerns it is less than ten minutes old', async () => {
    await booked();
    expect(await check([lookAt('front', [])], 10 * 60_000)).toMatchObject({ putBack: 0 });
    expect(await findings()).toEqual([]);
  });

  it('is not drift while a revision is not confirmed', async () => {
    const ada = await booked();
    await setGroups(world.dataSource.manager, 'resource', room, ['front', 'office']);
    await world.change(ada.entitlement, () => Promise.resolve());
    await world.plan(ada.entitlement);
    expect(await check([lookAt('front', [])])).toMatchObject({ putBack: 0 });
  });

  it('is found also where not every group could be seen, and then the site does not count as checked', async () => {
    await booked();
    const request = { version: 1 as const, siteId: location.siteId, owned: [], isWhole: false };
    expect(await checkOf(0).judgeSiteCheck({ ...request, looks: [lookAt('front', [])] })).toMatchObject({ putBack: 1 });
    const checked = () => world.dataSource.query('SELECT FROM site_check WHERE site_id = $1', [location.siteId]);
    expect(await checked()).toEqual([]);
    await check([lookAt('front', [])]);
    expect(await checked()).toHaveLength(1);
  });

  it('is not drift where the look is older than the confirmation', async () => {
    await booked();
    expect(await check([lookAt('front', [], { readAt: Date.now() - HOUR_MS })])).toMatchObject({ putBack: 0 });
  });
});

describe('what is left over', () => {
  it('is removed by a new revision, also where no entitlement ever concerned the member', async () => {
    const memberId = randomUUID();
    expect(await check([lookAt('front', [{ memberId }])])).toMatchObject({ removing: 1 });
    const plan = await world.plan({ kind: 'manual', id: memberId });
    expect(plan.due).toMatchObject([{ memberId, revision: { n: 1 }, groups: [], urgency: 2 }]);
    expect(await world.settle({ kind: 'manual', id: memberId })).toMatchObject({ isOver: true });
    await check([lookAt('front', [])]);
    expect(await findings()).toEqual([{ kind: 'left_over', action: 'removing', isResolved: true }]);
  });

  it('is known to be ours from our own copy when the adapter has forgotten it', async () => {
    const ada = await booked();
    await ada.cancel();
    await world.settle(ada.entitlement);
    await world.dataSource.query(`INSERT INTO ownership VALUES ($1, $2, 'front', now())`, [
      location.siteId,
      ada.memberId,
    ]);
    expect(await check([lookAt('front', [{ ...ada, isOurs: false }])])).toMatchObject({ removing: 1 });
  });

  it('waits for a person where too many would go at once', async () => {
    const members = Array.from({ length: 4 }, () => ({ memberId: randomUUID() }));
    expect(await check([lookAt('front', members)])).toMatchObject({ held: 4, removing: 0 });
    // Also when fewer are left than may go without asking.
    expect(await check([lookAt('front', members.slice(0, 1))])).toMatchObject({ held: 1, removing: 0 });
    expect((await findings()).filter(({ isResolved }) => !isResolved)).toHaveLength(1);
  });

  it('and waits for a person is not taken along by another revision of the member', async () => {
    const members = Array.from({ length: 4 }, () => ({ memberId: randomUUID() }));
    await check([lookAt('front', members)]);
    await setGroups(world.dataSource.manager, 'resource', room, ['office']);
    const ada = await booked(members[0]!.memberId);
    const asOf = Date.now() + 2 * HOUR_MS;
    expect((await world.plan(ada.entitlement, { asOf })).due).toMatchObject([{ groups: [], keeps: ['front'] }]);
    const held = await world.dataSource.query<{ id: string }[]>(
      `SELECT id FROM drift_finding WHERE site_id = $1 AND member_id = $2`,
      [location.siteId, ada.memberId],
    );
    await inTransaction(world.dataSource, (em) =>
      decideFindings(em, new Wakeups(() => undefined), {
        ...{ siteId: location.siteId, decision: 'remove', findingIds: held.map(({ id }) => id) },
        ...{ decidedBy: 'person:x', now: asOf },
      }),
    );
    const [due] = (await world.plan(ada.entitlement, { asOf })).due;
    expect(due).toMatchObject({ groups: [] });
    expect(due).not.toHaveProperty('keeps');
  });

  it('and is wanted again meanwhile is left when that ends', async () => {
    const members = Array.from({ length: 4 }, () => ({ memberId: randomUUID() }));
    await check([lookAt('front', members)]);
    const ada = await booked(members[0]!.memberId);
    await ada.cancel();
    const [due] = (await world.plan(ada.entitlement)).due;
    expect(due).toMatchObject({ groups: [], removals: [{ id: 'front' }] });
    expect(due).not.toHaveProperty('keeps');
  });

  it('is never held where it ended explicitly: that is a revision like any other', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => booked()));
    for (const { cancel } of all) await cancel();
    expect(await check([lookAt('front', all)])).toMatchObject({ held: 0, removing: 0 });
    for (const { entitlement, memberId } of all) {
      expect((await world.plan(entitlement)).due).toMatchObject([
        { memberId, groups: [], removals: [{ id: 'front' }] },
      ]);
    }
  });
});

describe('people who were adopted', () => {
  it('and whom nothing entitles are removed; those who are entitled are simply ours', async () => {
    const ada = await booked();
    const bob = { memberId: randomUUID() };
    expect(await check([lookAt('front', [ada, bob])])).toMatchObject({ memberships: 2, removing: 1, held: 0 });
    expect((await world.plan({ kind: 'manual', id: bob.memberId })).due).toMatchObject([{ ...bob, groups: [] }]);
    expect((await world.plan(ada.entitlement)).due).toEqual([]);
  });

  it('are removed by a revision of their own also where another entitlement concerned them once', async () => {
    const ada = await booked();
    await ada.cancel();
    await world.settle(ada.entitlement);
    expect(await check([lookAt('front', []), lookAt('office', [ada])])).toMatchObject({ removing: 1 });
    expect((await world.plan(ada.entitlement)).due).toMatchObject([{ memberId: ada.memberId, groups: [] }]);
  });

  it('and are many that nothing entitles wait for a person, who may leave them after all', async () => {
    const adopted = Array.from({ length: 12 }, () => ({ memberId: randomUUID() }));
    expect(await check([lookAt('front', adopted)])).toMatchObject({ removing: 0, held: 12 });
    const open = await world.dataSource.query<{ id: string }[]>(
      'SELECT id FROM drift_finding WHERE site_id = $1 AND resolved_at IS NULL ORDER BY member_id',
      [location.siteId],
    );
    const decide = (decision: 'leave' | 'remove', findingIds: string[]) =>
      inTransaction(world.dataSource, (em) =>
        decideFindings(em, new Wakeups(() => undefined), {
          ...{ siteId: location.siteId, decision, findingIds, decidedBy: 'person:x', now: Date.now() },
        }),
      );
    const [first, ...others] = open.map(({ id }) => id);
    await decide('leave', [first!]);
    await decide('remove', others);
    expect((await checkOf(0).planSiteCheck({ version: 1, siteId: location.siteId })).owned).toMatchObject([
      { isOurs: false },
    ]);
    const due = await world.plan({ kind: 'manual', id: await causeOf() });
    expect(due.due).toHaveLength(11);
  });

  it('are not left over where something entitles them and could not let them in before', async () => {
    const members = await Promise.all(Array.from({ length: 4 }, () => booked()));
    const blocked = { front: { code: 'email_conflict', message: '-' } };
    await world.dataSource.query('UPDATE pair SET blocked = $2 WHERE site_id = $1', [
      location.siteId,
      JSON.stringify(blocked),
    ]);
    expect(await check([lookAt('front', members)])).toMatchObject({ held: 0, removing: 0, memberships: 4 });
    // What could not be added is known, and is not put back.
    expect(await check([lookAt('front', [])])).toMatchObject({ putBack: 0, blocked: 0 });
    expect(await findings()).toEqual([]);
  });

  it('or left, and are no members, do not count; members who were left are no findings', async () => {
    const left = { memberId: randomUUID(), isOurs: false, isLeft: true };
    expect(await check([lookAt('front', [left])])).toMatchObject({ reported: 0, removing: 0, memberships: 0 });
    expect(await findings()).toEqual([]);
    // What was reported before is over once it was left.
    await check([lookAt('front', [{ ...left, isLeft: false }])]);
    await check([lookAt('front', [left])]);
    expect(await findings()).toEqual([{ kind: 'foreign', action: 'reported', isResolved: true }]);
  });

  it('and left after all are not ours because our own copy says so', async () => {
    const left = { memberId: randomUUID(), isOurs: false, isLeft: true };
    await world.dataSource.query(`INSERT INTO ownership VALUES ($1, $2, 'front', now())`, [
      location.siteId,
      left.memberId,
    ]);
    expect(await check([lookAt('front', [left])])).toMatchObject({ removing: 0 });
  });
});

describe('what is not ours', () => {
  it('is reported and never touched', async () => {
    const memberId = randomUUID();
    const looks = [lookAt('front', [{ memberId, isOurs: false }], { foreignUserIds: ['stranger'] })];
    expect(await check(looks)).toMatchObject({ reported: 2, removing: 0 });
    expect(await check(looks)).toMatchObject({ reported: 2, removing: 0 });
    expect(await findings()).toEqual([
      { kind: 'foreign', action: 'reported', isResolved: false },
      { kind: 'foreign', action: 'reported', isResolved: false },
    ]);
    await check([lookAt('front', [])]);
    expect((await findings()).every(({ isResolved }) => isResolved)).toBe(true);
  });

  it('and may be of a late write of ours is shown until somebody decides, also when the write is long past', async () => {
    const late = { memberId: randomUUID(), isOurs: false };
    await check([lookAt('front', [{ ...late, isQuarantined: true }])]);
    await check([lookAt('front', [{ ...late, isQuarantined: false }])]);
    expect(await findings()).toEqual([{ kind: 'unexplained', action: 'reported', isResolved: false }]);
    await check([lookAt('front', [])]);
    expect(await findings()).toEqual([{ kind: 'unexplained', action: 'reported', isResolved: true }]);
  });

  it('is shown to a person where a late write of ours may have made it', async () => {
    await check([lookAt('front', [{ memberId: randomUUID(), isOurs: false, isQuarantined: true }])]);
    expect(await findings()).toEqual([{ kind: 'unexplained', action: 'reported', isResolved: false }]);
  });
});

describe('a group', () => {
  it('that is gone makes its grants try again, so that they say so', async () => {
    const ada = await booked();
    await check([lookAt('front', [], { exists: false })]);
    const [due] = (await world.plan(ada.entitlement)).due;
    await world.plan(ada.entitlement, { outcomes: [confirmed(due!, Date.now(), ['front'])] });
    expect(await world.statuses(ada.entitlement)).toEqual(['blocked']);
    // And not for ever: what could not be added is known.
    expect(await check([lookAt('front', [], { exists: false })])).toMatchObject({ putBack: 0 });
  });

  it('that could not be looked at resolves nothing', async () => {
    await check([lookAt('front', [], { foreignUserIds: ['stranger'] })]);
    await check([]);
    expect(await findings()).toMatchObject([{ isResolved: false }]);
  });
});

describe('the plan of a check', () => {
  const plan = () => checkOf(0).planSiteCheck({ version: 1, siteId: location.siteId });
  const resource = (groups: string[]) =>
    world.dataSource
      .query(`INSERT INTO resource (id, version, location_id, kind, capacity) VALUES ($1, 1, $2, 'room', 4)`, [
        room,
        location.id,
      ])
      .then(() => setGroups(world.dataSource.manager, 'resource', room, groups));

  it('names the groups of settings and grants, and lints each once an hour', async () => {
    await booked();
    await resource(['office', 'front']);
    expect((await plan()).groups).toEqual([
      { groupId: 'front', withLint: true },
      { groupId: 'office', withLint: true },
    ]);
    await check([lookAt('office', [], { lint: ['group_without_schedule'] })]);
    expect((await plan()).groups).toContainEqual({ groupId: 'office', withLint: false });
    await check([lookAt('office', [])]);
    const [group]: unknown[] = await world.dataSource.query(
      `SELECT lint FROM site_group WHERE site_id = $1 AND group_id = 'office'`,
      [location.siteId],
    );
    expect(group).toEqual({ lint: ['group_without_schedule'] });
    await world.dataSource.query(`UPDATE site_group SET linted_at = now() - interval '61 minutes'`);
    expect((await plan()).groups).toContainEqual({ groupId: 'office', withLint: true });
  });

  it('is to wait while the connection does not work', async () => {
    await resource(['office']);
    await setConnection(world.dataSource.manager, location.id, 'needs_reconnect');
    expect(await plan()).toEqual({ version: 1, isPaused: true, groups: [], owned: [] });
  });
});

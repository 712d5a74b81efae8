import type { Entitlement } from '@latchkey/access-domain';
import type { GroupLook } from '@latchkey/access-workflows';
import { inTransaction } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import { ComparisonSchedule } from '../comparison/comparison-schedule.ts';
import { Wakeups } from '../ledger/wakeups.ts';
import { SiteCheck } from '../site-checks/site-check.ts';
import { addLocation, putBooking, setGroups } from '../testing/facts.ts';
import { World } from '../testing/world.ts';

const HOUR_MS = 60 * 60_000;

let world: World;
let location: { id: string; siteId: string };
let booking: Entitlement;
let schedule: ComparisonSchedule;

beforeEach(async () => {
  world = await World.create('epochs');
  schedule = new ComparisonSchedule(world.dataSource, HOUR_MS);
  location = await addLocation(world.dataSource.manager);
  booking = { kind: 'booking', id: randomUUID() };
  await setGroups(world.dataSource.manager, 'resource', room, ['front']);
  await putBookingNow();
  await world.settle(booking);
  await schedule.finish(1, 0);
});
afterEach(() => world.close());

const room = randomUUID();
const ada = randomUUID();

function putBookingNow(cancelledAt: number | null = null): Promise<void> {
  const [startsAt, endsAt] = [Date.now() - HOUR_MS, Date.now() + HOUR_MS];
  const facts = { id: booking.id, locationId: location.id, resourceId: room, memberIds: [ada], startsAt, endsAt };
  return world.change(booking, (em) => putBooking(em, { ...facts, cancelledAt }));
}

const beginEpoch = () => inTransaction(world.dataSource, (em) => world.epochs.begin(em, 'restored'));
const siteCheck = () => new SiteCheck(world.dataSource, new Wakeups(() => undefined), { quietMs: 0 });
const planCheck = () => siteCheck().planSiteCheck({ version: 1, siteId: location.siteId });

async function compare(): Promise<void> {
  const epoch = await schedule.claim();
  if (epoch === undefined) throw new Error('no comparison is due');
  await schedule.finish(epoch, 0);
}

describe('until a restored database has compared its facts', () => {
  it('adds go on and nothing is removed; then the same revision goes out whole', async () => {
    await beginEpoch();
    await putBookingNow(Date.now());
    expect((await world.plan(booking)).due).toMatchObject([{ removals: [], isProvisional: true }]);
    await compare();
    const [due] = (await world.plan(booking)).due;
    expect(due).toMatchObject({ removals: [{ id: 'front' }] });
    expect(due).not.toHaveProperty('isProvisional');
  });

  it('a plan that begins the epoch itself removes nothing either', async () => {
    await putBookingNow(Date.now());
    const [due] = (await world.plan(booking)).due;
    if (due === undefined) throw new Error('nothing is due');
    const result = { kind: 'superseded', highestSeen: { epoch: 1, n: 9 } } as const;
    const plan = await world.plan(booking, { outcomes: [{ ...due, at: Date.now(), result }] });
    expect(plan.due).toMatchObject([{ revision: { epoch: 2 }, removals: [], isProvisional: true }]);
  });

  it('its sites are not checked, and a check that was under way removes nobody whom it has forgotten', async () => {
    const members = [ada, randomUUID()].map((memberId) => ({ memberId, isOurs: true, isQuarantined: false }));
    const readAt = Date.now() + 1_000;
    const look: GroupLook = { groupId: 'front', readAt, exists: true, members, foreignUserIds: [], lint: null };
    const judge = () => siteCheck().judgeSiteCheck({ version: 1, siteId: location.siteId, looks: [look], owned: [] });
    await beginEpoch();
    expect(await planCheck()).toMatchObject({ isPaused: true });
    expect(await judge()).toMatchObject({ removing: 0, held: 0 });
    await compare();
    expect(await planCheck()).toMatchObject({ isPaused: false });
    expect(await judge()).toMatchObject({ removing: 1 });
  });
});

describe('the comparison of a new epoch', () => {
  it('is due at once, whoever has begun one before', async () => {
    await world.dataSource.query('UPDATE comparison SET finished_at = NULL');
    expect(await schedule.claim()).toBe(1);
    await beginEpoch();
    // The one of before does not count for this epoch.
    await schedule.finish(1, 0);
    expect(await planCheck()).toMatchObject({ isPaused: true });
    await compare();
    expect(await planCheck()).toMatchObject({ isPaused: false });
    expect(await schedule.claim()).toBeUndefined();
  });

  it('counts where single aggregates fail, and is repeated at once where the gateway does', async () => {
    await beginEpoch();
    expect(await schedule.claim()).toBe(2);
    expect(await schedule.claim()).toBeUndefined();
    await schedule.giveUp();
    expect(await schedule.claim()).toBe(2);
    await schedule.finish(2, 1);
    expect(await planCheck()).toMatchObject({ isPaused: false });
  });
});

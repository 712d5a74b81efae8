import type { Entitlement } from '@latchkey/access-domain';
import { startOfDay } from '@latchkey/access-domain/time-zone';
import { inTransaction } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import { addLocation, putBooking, putSubscription, setGroups, type SubscriptionFacts } from '../testing/facts.ts';
import { World } from '../testing/world.ts';

const ZONE = 'America/New_York';
const HOUR_MS = 60 * 60_000;
const why = { signal: 'changed', cause: 'a test changed it' } as const;

let world: World;
let locationId: string;
beforeAll(async () => {
  world = await World.create('ledger');
});
afterAll(() => world.close());
beforeEach(async () => {
  locationId = (await addLocation(world.dataSource.manager, { timeZone: ZONE })).id;
});

async function subscribe(facts: Partial<SubscriptionFacts> = {}) {
  const entitlement: Entitlement = { kind: 'subscription', id: randomUUID() };
  let known: SubscriptionFacts = {
    id: entitlement.id,
    itemId: randomUUID(),
    locationId,
    ...(facts.companyId === undefined && { personId: randomUUID() }),
    groupIds: ['front'],
    startOn: '2031-03-01',
    lastDayOn: '2031-03-31',
    ...facts,
  };
  const change = async (next: Partial<SubscriptionFacts>): Promise<void> => {
    known = { ...known, ...next };
    await world.change(entitlement, (em) => putSubscription(em, known));
  };
  await change({});
  return { entitlement, change, facts: known };
}

async function wakeupsOf(id: string): Promise<number> {
  const rows: unknown[] = await world.dataSource.query('SELECT FROM wakeup WHERE entitlement_id = $1', [id]);
  return rows.length;
}

describe('a subscription', () => {
  const opensAt = startOfDay('2031-03-01', ZONE);
  const closesAt = startOfDay('2031-04-01', ZONE);

  it('is open from the first instant of its first day until the first instant after its last', async () => {
    const { entitlement } = await subscribe();
    expect(await world.plan(entitlement)).toMatchObject({ window: { opensAt, closesAt }, wakeAt: opensAt });
    expect(closesAt - opensAt).toBe(31 * 24 * HOUR_MS - HOUR_MS); // summer time begins in between
    expect((await world.settle(entitlement, opensAt)).wakeAt).toBe(closesAt);
    expect((await world.settle(entitlement, closesAt)).isOver).toBe(true);
  });

  it('follows a corrected time zone', async () => {
    const { entitlement } = await subscribe();
    await inTransaction(world.dataSource, async (em) => {
      await em.query(`UPDATE location SET time_zone = 'Europe/Paris' WHERE id = $1`, [locationId]);
      await world.ledger.locationChanged(em, locationId, why);
    });
    expect(await wakeupsOf(entitlement.id)).toBe(2);
    expect((await world.plan(entitlement)).window?.opensAt).toBe(startOfDay('2031-03-01', 'Europe/Paris'));
  });

  it("follows its item's setting at once, and its plan's not at all", async () => {
    const { entitlement, facts } = await subscribe();
    await world.settle(entitlement, opensAt);
    await inTransaction(world.dataSource, async (em) => {
      await setGroups(em, 'subscription_item', facts.itemId, ['back']);
      await world.ledger.settingsChanged(em, { kind: 'subscription_item', id: facts.itemId }, why);
      await world.ledger.settingsChanged(em, { kind: 'plan', id: randomUUID() }, why);
    });
    expect(await wakeupsOf(entitlement.id)).toBe(2);
    expect((await world.plan(entitlement, { asOf: opensAt })).due).toMatchObject([
      { groups: [{ id: 'back' }], removals: [{ id: 'front', waitsFor: 'back' }] },
    ]);
  });

  it('keeps its groups for the replacement that is not known yet, but not for ever (S3.5)', async () => {
    const replacement = randomUUID();
    const old = await subscribe({ replacedById: replacement });
    await world.settle(old.entitlement, opensAt);
    const waiting = await world.plan(old.entitlement, { asOf: closesAt });
    expect(waiting).toMatchObject({ due: [], isOver: false, wakeAt: closesAt + 30_000 });
    expect((await world.plan(old.entitlement, { asOf: closesAt + 30_000 })).due).toMatchObject([{ groups: [] }]);
  });

  it('hands over to its replacement without a removal', async () => {
    const replacement: Entitlement = { kind: 'subscription', id: randomUUID() };
    const old = await subscribe({ replacedById: replacement.id });
    await world.settle(old.entitlement, opensAt);
    await world.plan(old.entitlement, { asOf: closesAt });
    const { personId } = old.facts;
    await world.change(replacement, (em) =>
      putSubscription(em, {
        ...old.facts,
        id: replacement.id,
        itemId: randomUUID(),
        personId,
        replacedById: null,
        startOn: '2031-04-01',
        lastDayOn: null,
      }),
    );
    const { due } = await world.plan(replacement, { asOf: closesAt + 5_000 });
    expect(due).toMatchObject([{ groups: [{ id: 'front', until: null }], removals: [] }]);
    await world.settle(replacement, closesAt + 5_000);
    expect(await world.plan(old.entitlement, { asOf: closesAt + 5_000 })).toMatchObject({ due: [], isOver: true });
  });

  it('of a company gives access to who joins, and takes it from who leaves', async () => {
    const companyId = randomUUID();
    const [ada, grace] = [randomUUID(), randomUUID()];
    const people = (ids: readonly string[]) =>
      inTransaction(world.dataSource, async (em) => {
        await em.query('DELETE FROM company_person WHERE company_id = $1', [companyId]);
        await em.query('INSERT INTO company_person SELECT $1, unnest($2::uuid[]), false', [companyId, ids]);
        await world.ledger.companyChanged(em, companyId, why);
      });
    await people([ada]);
    const { entitlement } = await subscribe({ companyId });
    await world.settle(entitlement, opensAt);
    await people([grace]);
    const { due } = await world.plan(entitlement, { asOf: opensAt });
    expect(due).toMatchObject([
      { memberId: ada, groups: [], removals: [{ id: 'front' }] },
      { memberId: grace, groups: [{ id: 'front' }] },
    ]);
  });
});

it('a batch holds 25 people, removals first, and says that there are more', async () => {
  const companyId = randomUUID();
  const people = Array.from({ length: 60 }, () => randomUUID());
  await world.dataSource.query('INSERT INTO company_person SELECT $1, unnest($2::uuid[]), false', [companyId, people]);
  const { entitlement } = await subscribe({ companyId, startOn: '2026-01-01' });
  const plan = await world.plan(entitlement);
  expect(plan.due).toHaveLength(25);
  expect(plan.hasMoreDue).toBe(true);
  expect(plan.memberIds).toHaveLength(40);
  await world.settle(entitlement);
  expect(new Set(await world.statuses(entitlement))).toEqual(new Set(['active']));
});

it('a setting of a resource wakes its bookings, and not those that were over days ago', async () => {
  const room = randomUUID();
  const book = async (startsAt: number) => {
    const id = randomUUID();
    const facts = { id, locationId, resourceId: room, memberIds: [randomUUID()], startsAt, endsAt: startsAt + HOUR_MS };
    await putBooking(world.dataSource.manager, facts);
    return id;
  };
  const [coming, past] = [await book(Date.now() + HOUR_MS), await book(Date.now() - 100 * HOUR_MS)];
  await inTransaction(world.dataSource, async (em) => {
    await setGroups(em, 'resource', room, ['front']);
    await world.ledger.settingsChanged(em, { kind: 'resource', id: room }, why);
  });
  expect([await wakeupsOf(coming), await wakeupsOf(past)]).toEqual([1, 0]);
  expect(await world.plan({ kind: 'booking', id: coming })).toMatchObject({ phase: 'scheduled' });
});

it('nothing is written, and nobody is woken, when the transaction of the change fails', async () => {
  const entitlement: Entitlement = { kind: 'subscription', id: randomUUID() };
  const fails = world.change(entitlement, () => Promise.reject(new Error('the change failed')));
  await expect(fails).rejects.toThrow('the change failed');
  expect(await wakeupsOf(entitlement.id)).toBe(0);
});

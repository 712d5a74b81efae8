import type { Entitlement } from '@latchkey/access-domain';
import { randomUUID } from 'node:crypto';
import { addLocation, putBooking, setGroups } from '../testing/facts.ts';
import { World } from '../testing/world.ts';

const HOUR_MS = 60 * 60_000;
const GRACE_MS = 30 * 60_000;

let world: World;
beforeAll(async () => {
  world = await World.create('clocks and pacing', { mayRunAhead: false, requestsPerSecond: 8 });
});
afterAll(() => world.close());

/** Bookings that open, and close, in the same instants at one site; by their ids' order. */
async function bookTogether(count: number, startsAt: number): Promise<Entitlement[]> {
  const em = world.dataSource.manager;
  const { id: locationId } = await addLocation(em);
  const resourceId = randomUUID();
  await setGroups(em, 'resource', resourceId, ['front']);
  const ids = Array.from({ length: count }, () => randomUUID()).sort();
  for (const id of ids) {
    const facts = { id, locationId, resourceId, memberIds: [randomUUID()], startsAt, endsAt: startsAt + HOUR_MS };
    await world.change({ kind: 'booking', id }, (em) => putBooking(em, facts));
  }
  return ids.map((id) => ({ kind: 'booking', id }));
}

it('wake-ups that fall together are paced by their rank and the budget of the site; windows are not', async () => {
  const startsAt = Date.now() + 10 * HOUR_MS;
  const together = await bookTogether(20, startsAt);
  const plans = await Promise.all(together.map((entitlement) => world.plan(entitlement)));
  const opensAt = startsAt - GRACE_MS;
  expect(plans.map(({ wakeAt }) => (wakeAt ?? 0) - opensAt)).toEqual(together.map((_, rank) => rank * 125));
  for (const plan of plans) expect(plan.window?.opensAt).toBe(opensAt);
});

it('a workflow whose clock is far ahead of the database is refused, and one a little ahead is believed', async () => {
  const [entitlement] = await bookTogether(1, Date.now() + 2 * HOUR_MS);
  if (entitlement === undefined) throw new Error('nothing was booked');
  const early = world.plan(entitlement, { asOf: Date.now() + HOUR_MS });
  await expect(early).rejects.toMatchObject({ code: 'clock_ahead' });
  await expect(world.plan(entitlement, { asOf: Date.now() + 2_000 })).resolves.toMatchObject({ phase: 'scheduled' });
});

it('a workflow whose clock is behind cannot take back what was decided since', async () => {
  const [entitlement] = await bookTogether(1, Date.now() - HOUR_MS + 2_000 - GRACE_MS);
  if (entitlement === undefined) throw new Error('nothing was booked');
  const closing = await world.plan(entitlement, { asOf: Date.now() + 3_000 });
  const behind = await world.plan(entitlement, { asOf: Date.now() - HOUR_MS });
  expect(behind.due).toEqual(closing.due);
  expect(behind.phase).toBe(closing.phase);
});

it('two workers that plan at once take one revision', async () => {
  const [entitlement] = await bookTogether(1, Date.now());
  if (entitlement === undefined) throw new Error('nothing was booked');
  const plans = await Promise.all(Array.from({ length: 6 }, () => world.plan(entitlement)));
  for (const { due } of plans) expect(due).toMatchObject([{ revision: { epoch: 1, n: 1 } }]);
});

it('race: a change between a plan and the sleep after it is seen by the next plan, which its wakeup asks for', async () => {
  const [entitlement] = await bookTogether(1, Date.now());
  if (entitlement === undefined) throw new Error('nothing was booked');
  await world.settle(entitlement);
  await world.dataSource.query('DELETE FROM wakeup');
  await world.change(entitlement, (em) =>
    em.query('UPDATE booking SET cancelled_at = now() WHERE id = $1', [entitlement.id]),
  );
  expect(await world.dataSource.query('SELECT signal FROM wakeup')).toEqual([{ signal: 'changed' }]);
  expect((await world.plan(entitlement)).due).toMatchObject([{ groups: [], removals: [{ id: 'front' }] }]);
});

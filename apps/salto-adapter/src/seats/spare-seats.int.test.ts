import { randomUUID } from 'node:crypto';
import { FenceRig, MINUTE_MS, roomA, siteId } from '../testing/fence-rig.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { UpkeepQueue } from '../people/upkeep-rows.ts';
import { UpkeepWork } from '../people/upkeep-work.ts';

type Member = ReturnType<typeof randomUUID>;

let rig: FenceRig;
beforeEach(async () => {
  rig = await FenceRig.create();
  await rig.pool.query(
    `INSERT INTO connection (id, location_id, site_id, status, version, refresh_token)
     VALUES ($1, $2, $3, 'connected', 1, 'sealed')`,
    [randomUUID(), randomUUID(), siteId],
  );
});
afterEach(() => rig.close());

const site = () => rig.fake.state.sites.get(siteId)!;
const taken = () => rig.fake.state.siteUsers.seatsTaken(siteId);
const leave = (free: number) => (site().user_amount = taken() + free);
const prepare = (memberId: Member = randomUUID()) => rig.access.prepare({ siteId, memberId });
const isKept = { code: 'seat_limit_reached', message: 'the last seats are left to access that is open' };

async function open(member: Member = randomUUID(), n = 1): Promise<Member> {
  await rig.apply({ n, member, groups: [roomA] });
  return member;
}

async function end(member: Member, n = 2): Promise<void> {
  await rig.apply({ n, member, removals: [roomA] });
}

test('where nobody waits and nothing ends a seat is taken ahead, the last one too', async () => {
  leave(1);
  await prepare();
  expect(taken()).toBe(site().user_amount);
});

test('the last seats are not taken ahead while access that has ended has its seats still', async () => {
  await end(await open());
  leave(1);
  await expect(prepare()).rejects.toMatchObject(isKept);
  leave(2);
  await prepare();
});

test('nor while a removal has no certain answer', async () => {
  const member = await open();
  rig.fault({ method: 'DELETE', path: '/v1.2/**', times: 1, effect: { kind: 'timeout', write: 'lost' } });
  await rig.apply({ n: 2, member, removals: [roomA] }, rig.hasty());
  leave(1);
  await expect(prepare()).rejects.toMatchObject(isKept);
});

test('nor while somebody whose access is open waits for one', async () => {
  leave(0);
  const waiting = randomUUID();
  await expect(open(waiting)).rejects.toMatchObject({ failure: { code: 'seat_limit_reached', retry: 'later' } });
  leave(1);
  await expect(prepare()).rejects.toMatchObject(isKept);
  // Whoever waits gets it, and only then is another taken ahead.
  await open(waiting, 2);
  leave(1);
  await prepare();
});

test('two preparations do not both take the last seat but one', async () => {
  await end(await open());
  leave(2);
  const results = await Promise.allSettled([prepare(), prepare(), prepare(), prepare()]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(taken()).toBe(site().user_amount - 1);
});

test('where there are plenty nobody waits for another to count', async () => {
  await end(await open());
  leave(1_000);
  await Promise.all(Array.from({ length: 8 }, () => prepare()));
});

test('who has a seat is prepared without counting', async () => {
  const member = await open();
  await end(member);
  leave(0);
  await prepare(member);
});

test('a full site hurries: ended access gives its seat back before its quiet time is over, and whoever waits has it', async () => {
  const ended = await open();
  await end(ended);
  leave(0);
  const waiting = randomUUID();
  await expect(open(waiting)).rejects.toMatchObject({ failure: { code: 'seat_limit_reached' } });
  const work = new UpkeepWork(new UpkeepQueue(poolQueries(rig.pool)), rig.upkeepOf());
  while (await work.next());
  expect(await rig.saltoUser(ended)).toMatchObject({ subscription_state: 'suspended' });
  await open(waiting, 2);
  expect(await rig.groupsOf(waiting)).toEqual([roomA]);
});

test('who no longer waits reserves nothing', async () => {
  leave(0);
  await expect(open()).rejects.toMatchObject({ failure: { code: 'seat_limit_reached' } });
  rig.pass(16 * MINUTE_MS);
  leave(1);
  // The user that was made for it is idle, and has no seat to give back.
  await prepare();
});

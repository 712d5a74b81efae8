import { eventually, skipTime, skipTimeBy } from '@latchkey/test-kit';
import { planQuery } from '../messages.ts';
import { grant, hours, minutes } from '../testing/fake-access.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('a booking sleeps until its window, opens, sleeps, closes and ends', async () => {
  const { access, handle, change } = stage.play('booking');
  access.preparesAheadMs = minutes(10);
  const booked = grant('ada', hours(2), hours(7));
  await change([booked]);
  await skipTimeBy(handle, hours(1));
  expect(access.members.get('ada')).toBeUndefined();
  expect(await handle.query(planQuery)).toMatchObject({ phase: 'scheduled', wakeAt: booked.opensAt });

  await skipTimeBy(handle, hours(3));
  expect(access.members.get('ada')).toEqual(['front-door']);

  await skipTime(handle);
  await handle.result();
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
  const [opened, closed] = access.writes.map(({ at }) => at);
  expect(opened! - booked.opensAt).toBeGreaterThanOrEqual(0);
  expect(opened! - booked.opensAt).toBeLessThan(2_000);
  expect(closed! - booked.closesAt!).toBeGreaterThanOrEqual(0);
  expect(closed! - booked.closesAt!).toBeLessThan(2_000);
  expect(access.prepared).toHaveLength(1);
});

test('the whole life of a prepared booking takes 47 events of history', async () => {
  const { access, handle, change } = stage.play('booking');
  access.preparesAheadMs = 1_000;
  await change([grant('ada', 2_000, 4_000)]); // by the real clock, since skipping adds events
  await handle.result();
  expect(access.prepared).toHaveLength(1);
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
  const { events } = await handle.fetchHistory();
  process.stdout.write(`A booking's whole life takes ${events?.length} events of history.\n`);
  expect(events).toHaveLength(47);
});

test('a booking that is moved opens at its new time only', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', hours(1), hours(2))]);
  await eventually(() => access.plans.length === 1);
  const moved = grant('ada', hours(5), hours(6));
  await change([moved]);
  await skipTimeBy(handle, hours(3));
  expect(access.writes).toEqual([]);
  await skipTime(handle);
  await handle.result();
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
  expect(access.writes[0]!.at).toBeGreaterThanOrEqual(moved.opensAt);
});

test('a booking that is lengthened while open tells the adapter its new end and takes nothing away', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.writes.length === 1);
  const lengthened = grant('ada', -hours(1), hours(4));
  await change([lengthened]);
  await eventually(() => access.writes.length === 2);
  expect(access.applied.map(({ removals }) => removals)).toEqual([[], []]);
  expect(access.applied[1]!.groups).toEqual([{ id: 'front-door', until: lengthened.closesAt }]);
  await skipTime(handle);
  await handle.result();
  expect(access.writes.at(-1)!.at).toBeGreaterThanOrEqual(lengthened.closesAt!);
});

test('a booking that is cancelled before its window never opens', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', hours(1), hours(2))]);
  await eventually(() => access.plans.length === 1);
  await change([], 'cancelled');
  await handle.result();
  expect(access.writes).toEqual([]);
});

test('a booking that is cancelled while open closes at once', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.members.get('ada')?.length === 1);
  await change([], 'cancelled');
  await handle.result();
  expect(access.members.get('ada')).toEqual([]);
});

test('a cancellation of a booking that has ended starts a run that ends after one plan', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', -hours(2), -hours(1))]);
  await handle.result();
  await change([], 'cancelled');
  await eventually(() => access.plans.length === 2);
  await handle.result();
  expect(access.writes).toEqual([]);
});

test('an ended booking that is lengthened opens again, in a new run', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', -hours(1), minutes(10))]);
  await eventually(() => access.writes.length === 1);
  await skipTime(handle);
  await handle.result();
  const { runId } = await handle.describe();
  expect(access.members.get('ada')).toEqual([]);
  await change([grant('ada', -hours(1), hours(8))]);
  await eventually(() => access.members.get('ada')?.length === 1);
  expect((await handle.describe()).runId).not.toBe(runId);
  await handle.terminate();
});

test('invitees come and go while the booking is open, each at once', async () => {
  const { access, handle, change } = stage.play('booking');
  const [ada, bob, cem] = ['ada', 'bob', 'cem'].map((memberId) => grant(memberId, -hours(1), hours(1)));
  await change([ada!, bob!]);
  await eventually(() => access.members.get('bob')?.length === 1);
  await change([ada!, cem!]);
  await eventually(() => access.members.get('cem')?.length === 1 && access.members.get('bob')?.length === 0);
  expect(access.writes.filter(({ memberId }) => memberId === 'ada')).toHaveLength(1);
  await handle.terminate();
});

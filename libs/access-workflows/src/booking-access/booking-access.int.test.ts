import { skipTime, skipTimeBy } from '@latchkey/test-kit';
import { planQuery } from '../messages.ts';
import { hours, minutes, type Grant } from '../testing/fake-access.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** A window that opens and closes so long from now. */
function booking(opensInMs: number, closesInMs: number, memberId = 'ada'): Grant {
  return { memberId, groupId: 'front-door', opensAt: Date.now() + opensInMs, closesAt: Date.now() + closesInMs };
}

test('a booking sleeps until its window, opens, sleeps, closes and ends', async () => {
  const { access, handle, change } = stage.play('booking');
  access.preparesAheadMs = minutes(10);
  const grant = booking(hours(2), hours(7));
  await change([grant]);
  await skipTimeBy(handle, hours(1));
  expect(access.members.get('ada')).toBeUndefined();
  expect(await handle.query(planQuery)).toMatchObject({ phase: 'scheduled', wakeAt: grant.opensAt });

  await skipTimeBy(handle, hours(3));
  expect(access.members.get('ada')).toEqual(['front-door']);

  await skipTime(handle);
  await handle.result();
  expect(access.members.get('ada')).toEqual([]);
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
  const [opened, closed] = access.writes.map(({ at }) => at);
  expect(opened! - grant.opensAt).toBeLessThan(2_000);
  expect(opened).toBeGreaterThanOrEqual(grant.opensAt);
  expect(closed).toBeGreaterThanOrEqual(grant.closesAt!);
  const { events } = await handle.fetchHistory();
  const types = events!.map((e) => `${e.eventId} ${e.eventType}`);
  console.log(types.join('\n'));
});

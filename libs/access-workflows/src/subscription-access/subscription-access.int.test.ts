import { eventually, skipTime } from '@latchkey/test-kit';
import { days, grant, hours } from '../testing/fake-access.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('a subscription of two months opens and closes in seconds of a test', async () => {
  const { access, handle, change } = stage.play('subscription');
  const subscription = grant('ada', days(3), days(63));
  await change([subscription]);
  await skipTime(handle);
  await handle.result();
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
  expect(access.writes[0]!.at).toBeGreaterThanOrEqual(subscription.opensAt);
  expect(access.writes[1]!.at).toBeGreaterThanOrEqual(subscription.closesAt!);
});

test('a subscription without an end sleeps on nothing but signals', async () => {
  const { access, handle, change } = stage.play('subscription');
  await change([grant('ada', -hours(1), null)]);
  await eventually(() => access.writes.length === 1);
  await change([grant('ada', -hours(1), -1)], 'cancelled');
  await handle.result();
  expect(access.members.get('ada')).toEqual([]);
});

test('a company of 500 gets in by 25 at a time, leavers first, in as many runs as its history takes', async () => {
  const { access, handle, change } = stage.play('subscription');
  const people = Array.from({ length: 500 }, (_, index) => `member-${index}`);
  let inFlight = 0;
  let mostInFlight = 0;
  access.onApply = async () => {
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    return undefined;
  };
  const isIn = (memberId: string) => access.members.get(memberId)?.length === 1;
  await change(people.map((memberId) => grant(memberId, -hours(1), null)));
  const { runId } = await handle.describe();
  await eventually(() => people.every(isIn), { timeoutMs: 120_000 });
  await change(people.slice(250).map((memberId) => grant(memberId, -hours(1), null)));
  await eventually(() => people.filter(isIn).length === 250, { timeoutMs: 120_000 });
  await change(people.map((memberId) => grant(memberId, -hours(1), days(1))));
  await eventually(() => people.every(isIn), { timeoutMs: 120_000 });
  await skipTime(handle);
  await handle.result();
  expect(people.some(isIn)).toBe(false);
  expect(mostInFlight).toBeLessThanOrEqual(25);
  const description = await handle.describe();
  expect(description.runId).not.toBe(runId);
  const summary = `subscription ${access.entitlement.id}`;
  expect(description.memo).toEqual({ startedBecause: 'test changed', summary });
  const sent = access.applied.map(({ memberId, revision }) => `${memberId} ${revision.n}`);
  process.stdout.write(`A company of 500: ${access.plans.length} plans, ${sent.length} revisions sent.\n`);
}, 300_000);

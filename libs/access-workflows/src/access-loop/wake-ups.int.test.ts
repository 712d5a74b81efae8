import { eventually, skipTime, skipTimeBy } from '@latchkey/test-kit';
import { grant, hours, minutes } from '../testing/fake-access.ts';
import { openStage, type Stage } from '../testing/stage.ts';

/** Nothing is cached: each task replays its history from the beginning. */
let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ maxCachedWorkflows: 0 });
});
afterAll(() => stage.close());

test('a change between plan and sleep is planned at once', async () => {
  const { access, handle, change } = stage.play('booking');
  access.beforeAnswer = async ({ phase }) => {
    if (phase === 'scheduled') await change([grant('ada', -hours(1), hours(1))]);
  };
  await change([grant('ada', hours(5), hours(6))]);
  await eventually(() => access.members.get('ada')?.length === 1);
  await handle.terminate();
});

test('a signal delivered with the completion of the last plan keeps the workflow going', async () => {
  const { access, handle, change } = stage.play('booking');
  let isChanged = false;
  access.beforeAnswer = async ({ isOver }) => {
    if (!isOver || isChanged) return;
    isChanged = true;
    await change([grant('ada', -hours(1), hours(1))]);
  };
  await change([grant('ada', -hours(2), -hours(1))]);
  await eventually(() => access.members.get('ada')?.length === 1);
  await skipTime(handle);
  await handle.result();
  expect(access.members.get('ada')).toEqual([]);
});

test('a change while a revision is with the adapter sends the newer one at once, and the older answer counts for nothing', async () => {
  const { access, handle, change } = stage.play('booking');
  const answer = Promise.withResolvers<void>();
  access.onApply = async ({ revision }) => {
    if (revision.n > 1) return undefined;
    await answer.promise;
    return { kind: 'superseded', highestSeen: { epoch: 1, n: 2 } };
  };
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.applied.length === 1);
  await change([], 'cancelled');
  await handle.result();
  answer.resolve();
  expect(access.applied.map(({ revision }) => revision.n)).toEqual([1, 2]);
  expect(access.plans.flatMap(({ outcomes }) => outcomes.map(({ revision }) => revision.n))).toEqual([2]);
});

test('a worker that is replaced in the middle goes on from the history', async () => {
  const { access, handle, change } = stage.play('booking');
  await change([grant('ada', hours(1), hours(2))]);
  await skipTimeBy(handle, minutes(90));
  expect(access.members.get('ada')).toEqual(['front-door']);
  await stage.restartWorker();
  await skipTime(handle);
  await handle.result();
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
});

test('a worker that is away when the window opens makes up for it when it is back', async () => {
  const { access, handle, change } = stage.play('booking');
  access.beforeAnswer = ({ phase }) => {
    if (phase !== 'granting') return Promise.resolve();
    access.beforeAnswer = () => Promise.resolve();
    return Promise.reject(new Error('the worker loses its database, and is replaced'));
  };
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.plans.length > 0);
  await stage.restartWorker();
  await eventually(() => access.members.get('ada')?.length === 1, { timeoutMs: 20_000 });
  await handle.terminate();
});

import { eventually, skipTime, skipTimeBy } from '@latchkey/test-kit';
import { ApplicationFailure } from '@temporalio/common';
import { planQuery, retryNowUpdate } from '../messages.ts';
import { grant, hours, minutes } from '../testing/fake-access.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const unavailable = () => ApplicationFailure.create({ type: 'provider_unavailable', message: 'Salto KS answered 503' });

test('an adapter that fails for an hour is tried again until it succeeds', async () => {
  const { access, handle, change } = stage.play('booking');
  const opened = grant('ada', minutes(10), hours(4));
  access.onApply = () => {
    const isDown = access.plans.at(-1)!.asOf < opened.opensAt + hours(1);
    return isDown ? Promise.reject(unavailable()) : Promise.resolve(undefined);
  };
  await change([opened]);
  await skipTime(handle);
  await handle.result();
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
  expect(access.writes[0]!.at).toBeGreaterThanOrEqual(opened.opensAt + hours(1));
  const failures = access.plans.flatMap(({ outcomes }) => outcomes).filter(({ result }) => result.kind === 'failed');
  expect(failures[0]!.result).toEqual({
    kind: 'failed',
    failure: { code: 'provider_unavailable', message: 'Salto KS answered 503' },
    groups: [],
  });
  expect(access.applied.length).toBe(3 * failures.length + 2);
});

test('a failure tells the planner its code, its groups and when another attempt makes sense', async () => {
  const { access, handle, change } = stage.play('booking');
  const groups = [{ groupId: 'front-door', outcome: 'pending', isOurs: false }];
  access.onApply = ({ revision }) => {
    if (revision.n > 1 || access.applied.length > 1) return Promise.resolve(undefined);
    throw ApplicationFailure.create({
      type: 'rate_limited',
      message: 'Salto KS answered 429',
      nonRetryable: true,
      details: [groups],
      nextRetryDelay: '10 minutes',
    });
  };
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.plans.length === 2);
  const { at, result } = access.plans[1]!.outcomes[0]!;
  expect(result).toMatchObject({
    kind: 'failed',
    failure: { code: 'rate_limited', retryAt: at + minutes(10) },
    groups,
  });
  await skipTimeBy(handle, minutes(11));
  expect(access.members.get('ada')).toEqual(['front-door']);
  await handle.terminate();
});

test('a cancellation while the adapter is in back-off is sent at once', async () => {
  const { access, handle, change } = stage.play('booking');
  access.onApply = ({ groups }) => (groups.length > 0 ? Promise.reject(unavailable()) : Promise.resolve(undefined));
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.applied.length >= 1);
  await change([], 'cancelled');
  await handle.result();
  expect(access.members.get('ada')).toEqual([]);
  expect(access.plans.flatMap(({ outcomes }) => outcomes.map(({ result }) => result.kind))).toEqual(['confirmed']);
});

test('retry now attempts at once what waits, and is refused when nothing does', async () => {
  const { access, handle, change } = stage.play('booking');
  let isDown = true;
  access.onApply = () => {
    if (!isDown) return Promise.resolve(undefined);
    throw ApplicationFailure.nonRetryable('Salto KS answered 403', 'insufficient_permissions');
  };
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(async () => (await handle.query(planQuery))?.health === 'retrying');
  isDown = false;
  await handle.executeUpdate(retryNowUpdate);
  await eventually(() => access.members.get('ada')?.length === 1);
  await eventually(async () => (await handle.query(planQuery))?.health === 'ok');
  await expect(handle.executeUpdate(retryNowUpdate)).rejects.toMatchObject({
    cause: { type: 'nothing_waits', message: 'Nothing waits for a next attempt.' },
  });
  await handle.terminate();
});

test('an unknown answer is verified when the adapter says', async () => {
  const { access, handle, change } = stage.play('booking');
  const start = Date.now();
  access.onApply = () => {
    if (access.applied.length > 1) return Promise.resolve(undefined);
    return Promise.resolve({ kind: 'unverified', groups: [], verifyAt: start + minutes(1) });
  };
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.plans.length === 2);
  expect(access.applied).toHaveLength(1);
  await skipTimeBy(handle, minutes(2));
  expect(access.applied.map(({ revision }) => revision.n)).toEqual([1, 1]);
  expect(access.members.get('ada')).toEqual(['front-door']);
  await handle.terminate();
});

test('when the adapter has seen a newer revision, the planner hears it and goes above it', async () => {
  const { access, handle, change } = stage.play('booking');
  access.onApply = ({ revision }) =>
    Promise.resolve(revision.n <= 7 ? { kind: 'superseded', highestSeen: { epoch: 1, n: 7 } } : undefined);
  await change([grant('ada', -hours(1), hours(1))]);
  await eventually(() => access.members.get('ada')?.length === 1);
  expect(access.applied.map(({ revision }) => revision.n)).toEqual([1, 8]);
  await handle.terminate();
});

test('a preparation that fails is shown and hinders nothing', async () => {
  const { access, handle, change } = stage.play('booking');
  access.preparesAheadMs = minutes(15);
  access.onPrepare = () => Promise.reject(unavailable());
  await change([grant('ada', hours(1), hours(2))]);
  await skipTimeBy(handle, minutes(55));
  await eventually(async () => {
    const { currentDetails } = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return currentDetails?.includes('Could not be prepared, which opening will make up for: `ada`') ?? false;
  });
  await skipTime(handle);
  await handle.result();
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
});

test('a planner without a database for minutes fails no workflow and fills no history', async () => {
  const { access, handle, change } = stage.play('booking');
  let attempts = 0;
  access.beforeAnswer = () => {
    attempts += 1;
    return attempts <= 10 ? Promise.reject(new Error('the database is down')) : Promise.resolve();
  };
  await change([grant('ada', -hours(1), hours(5))]);
  await eventually(() => attempts >= 3, { timeoutMs: 20_000 });
  await skipTime(handle);
  await handle.result();
  expect(access.writes.map(({ groups }) => groups)).toEqual([['front-door'], []]);
  expect((await handle.describe()).historyLength).toBeLessThan(150);
});

import { ReadinessChecks } from './readiness-checks.ts';

test('a process is ready when each part is, asked anew each time', async () => {
  const checks = new ReadinessChecks();
  let hasJoined = false;
  checks.register('consumer', () => ({ ready: hasJoined, detail: hasJoined ? undefined : 'joining its group' }));
  expect(await checks.read()).toEqual({
    status: 'not_ready',
    checks: { consumer: { ready: false, detail: 'joining its group' } },
  });
  hasJoined = true;
  expect((await checks.read()).status).toBe('ready');
});

test.each<[string, () => Promise<never>]>([
  [
    'throws',
    () => {
      throw new Error('secret address');
    },
  ],
  ['rejects', () => Promise.reject(new TypeError('secret address'))],
])('a check that %s is not ready, and tells nothing of its inside', async (_what, check) => {
  const checks = new ReadinessChecks();
  checks.register('database', check);
  const readiness = await checks.read();
  expect(readiness.status).toBe('not_ready');
  expect(JSON.stringify(readiness)).not.toContain('secret');
});

test('a check that hangs is not ready, and does not hang the others', async () => {
  const checks = new ReadinessChecks(20);
  checks.register('database', () => new Promise(() => undefined));
  checks.register('worker', () => ({ ready: true }));
  expect(await checks.read()).toEqual({
    status: 'not_ready',
    checks: { database: { ready: false, detail: 'no answer in 20 ms' }, worker: { ready: true } },
  });
});

test('a process that stops is not ready, whatever its parts say', async () => {
  const checks = new ReadinessChecks();
  checks.register('worker', () => ({ ready: true }));
  checks.stop();
  expect(await checks.read()).toMatchObject({ status: 'not_ready', checks: { process: { detail: 'stopping' } } });
});

import { startTracing } from './start-tracing.ts';
import { currentTraceId, currentTraceparent, withTraceparent } from './trace-context.ts';

const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const giveTraceparent = () => Promise.resolve(currentTraceparent());

beforeAll(() => startTracing('test', undefined));

test('outside of any work there is no trace', () => {
  expect(currentTraceId()).toBeUndefined();
  expect(currentTraceparent()).toBeUndefined();
});

test('a stored trace goes on under its id, in a span of its own', async () => {
  const inside = await withTraceparent(given, 'handle event', giveTraceparent);
  expect(inside).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-0[01]$/);
  expect(inside).not.toBe(given);
});

test.each([undefined, '', 'nonsense', '00-00000000000000000000000000000000-0000000000000000-00'])(
  'without a usable one (%s) a new trace begins',
  async (traceparent) => {
    expect(await withTraceparent(traceparent, 'work', giveTraceparent)).toMatch(/^00-(?!0{32})[0-9a-f]{32}-/);
  },
);

test('work at the same time keeps its traces apart', async () => {
  const [first, second] = await Promise.all([
    withTraceparent(undefined, 'one', async () => [currentTraceId(), await giveTraceparent()]),
    withTraceparent(undefined, 'two', async () => [currentTraceId(), await giveTraceparent()]),
  ]);
  expect(first[1]).toContain(first[0]);
  expect(second[1]).toContain(second[0]);
  expect(first[0]).not.toBe(second[0]);
});

test('an error passes on', async () => {
  const failing = withTraceparent(given, 'work', () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
});

import { oneAfterTheOther } from './one-after-the-other.ts';

test('each piece of work begins when the one before has ended, also when that failed', async () => {
  const inTurn = oneAfterTheOther();
  const events: string[] = [];
  const work = (name: string, outcome: () => unknown) => async () => {
    events.push(`${name} begins`);
    await Promise.resolve();
    events.push(`${name} ends`);
    return outcome();
  };
  const failing = inTurn(
    work('a', () => {
      throw new Error('no');
    }),
  );
  const working = inTurn(work('b', () => 'result'));
  await expect(failing).rejects.toThrow('no');
  expect(await working).toBe('result');
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

import { together } from './together.ts';

test('a failure is told when the others have ended, lest one of them comes after the rollback', async () => {
  const { promise: slow, resolve: endSlow } = Promise.withResolvers<void>();
  const events: string[] = [];
  const others = slow.then(() => events.push('the other has ended'));
  const failed = together(Promise.reject(new Error('deadlock')), others).catch((error: Error) =>
    events.push(error.message),
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(events).toEqual([]);
  endSlow();
  await failed;
  expect(events).toEqual(['the other has ended', 'deadlock']);
});

test('the failure told is the first in time: the others may only say that the transaction is aborted', async () => {
  const { promise: later, reject } = Promise.withResolvers<never>();
  const failed = together(later, Promise.reject(new Error('deadlock')));
  setImmediate(() => reject(new Error('the transaction is aborted')));
  await expect(failed).rejects.toThrow('deadlock');
});

test('answers come in the order given', async () => {
  expect(await together(Promise.resolve(1), Promise.resolve('two'))).toEqual([1, 'two']);
});

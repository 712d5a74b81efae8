import { eventually, skipTime, skipTimeBy } from '@latchkey/test-kit';
import { openStage, type Stage } from '../testing/stage.ts';
import { waitNoLongerSignal } from './messages.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

test('a connection ends, who is left is read back, and the tokens are erased, in this order', async () => {
  const { leaving, disconnect } = stage.leaving();
  const handle = await disconnect();
  await skipTime(handle);
  expect(await handle.result()).toBe('done');
  expect(leaving.done).toEqual(['ended', 'read back 1', 'erased']);
  expect(leaving.questions).toBe(0);
});

test('everything is revoked before it ends, where that is wanted', async () => {
  const { leaving, disconnect } = stage.leaving();
  // It has not heard of it, then it has, then the grants become fewer.
  leaving.toRevoke = [null, 7, 3, 0];
  const handle = await disconnect({ revokesFirst: true });
  await skipTime(handle);
  expect(await handle.result()).toBe('done');
  expect([leaving.questions, leaving.done.slice(0, 2)]).toEqual([4, ['hurried', 'ended']]);
});

test('who does not want to wait any longer is heard', async () => {
  const { leaving, disconnect } = stage.leaving();
  leaving.toRevoke = [7];
  const handle = await disconnect({ revokesFirst: true });
  await eventually(() => expect(leaving.questions).toBeGreaterThan(0));
  expect(leaving.done).toEqual([]);
  await handle.signal(waitNoLongerSignal);
  await skipTime(handle);
  expect(await handle.result()).toBe('done');
});

test('seats are given back before the connection ends, where everything is revoked first', async () => {
  const { leaving, disconnect } = stage.leaving();
  leaving.hurried = [3, 1];
  const handle = await disconnect({ revokesFirst: true });
  await eventually(() => expect(leaving.hurried).toEqual([1]));
  await skipTimeBy(handle, 60_000);
  expect(leaving.done).toEqual(['hurried']);
  leaving.hurried = [0];
  await skipTime(handle);
  expect(await handle.result()).toBe('done');
  expect(leaving.done.slice(0, 2)).toEqual(['hurried', 'ended']);
});

test('who does not want to wait for seats is heard too', async () => {
  const { leaving, disconnect } = stage.leaving();
  leaving.hurried = [1];
  const handle = await disconnect({ revokesFirst: true });
  await eventually(() => expect(leaving.done).toEqual(['hurried']));
  await handle.signal(waitNoLongerSignal);
  await skipTime(handle);
  expect(await handle.result()).toBe('done');
});

test('who is left is asked for until access-service has planned for the end', async () => {
  const { leaving, disconnect } = stage.leaving();
  leaving.leftOpen = [null, null, []];
  const handle = await disconnect();
  await skipTime(handle);
  await handle.result();
  expect(leaving.done).toEqual(['ended', 'read back 0', 'erased']);
});

test('where Salto cannot be read, the records are noted instead, and the tokens are erased all the same', async () => {
  const { leaving, disconnect } = stage.leaving();
  leaving.isSaltoGone = true;
  const handle = await disconnect();
  await skipTime(handle);
  await handle.result();
  expect(leaving.done).toEqual(['ended', 'noted 1', 'erased']);
});

test('whoever was connected again keeps its connection', async () => {
  const { leaving, disconnect } = stage.leaving();
  leaving.isWithdrawn = true;
  const handle = await disconnect();
  await skipTime(handle);
  expect(await handle.result()).toBe('withdrawn');
  expect(leaving.done).toEqual([]);
});

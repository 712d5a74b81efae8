import { eventually } from '@latchkey/test-kit';
import { createServer, type AddressInfo } from 'node:net';
import { lazyConnection } from './connection.ts';

test('a server that is away is tried every two seconds or so, however long it has been away', async () => {
  const attempts: number[] = [];
  const server = createServer((socket) => {
    attempts.push(performance.now());
    socket.resetAndDestroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = lazyConnection({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'any', TEMPORAL_TLS: false });
  const ask = () =>
    connection
      .withDeadline(Date.now() + 200, () => connection.workflowService.getSystemInfo({}))
      .catch(() => undefined);
  await eventually(
    async () => {
      await ask();
      return attempts.length >= 6;
    },
    { timeoutMs: 30_000 },
  );
  await connection.close();
  await new Promise((resolve) => server.close(resolve));
  const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(3_000);
}, 40_000);

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTracing } from './start-tracing.ts';
import { currentTraceId, withTraceparent } from './trace-context.ts';

test('with an OTLP endpoint spans are recorded and sent there, at the latest before the process ends', async () => {
  const received: { path?: string; body: string }[] = [];
  const collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ path: request.url, body });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const tracing = await startTracing('test', `http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  let traceId: string | undefined;
  await withTraceparent(undefined, 'some work', () => {
    traceId = currentTraceId();
    return Promise.resolve();
  });
  await tracing.flush();
  collector.close();
  expect(received).toEqual([{ path: '/v1/traces', body: expect.stringContaining('some work') as string }]);
  expect(received[0]?.body).toContain(traceId);
});

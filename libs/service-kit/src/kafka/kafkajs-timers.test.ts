import { createRequire } from 'node:module';
import { quietenKafkajsTimers } from './kafkajs-timers.ts';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}

quietenKafkajsTimers();
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as new (
  options: object,
) => Queue;

function queue(): Queue {
  const logger = { debug: () => undefined };
  return new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1_000, clientId: 'test', broker: 'test', logger });
}

test('a queue with nothing pending sets no timer', () => {
  const idle = queue();
  idle.scheduleCheckPendingRequests();
  expect(idle.throttleCheckTimeoutId).toBeNull();
});

test('a queue with something pending looks again, once', () => {
  const busy = queue();
  busy.pending = ['a request'];
  busy.scheduleCheckPendingRequests();
  const timer = busy.throttleCheckTimeoutId;
  busy.scheduleCheckPendingRequests();
  expect(timer).not.toBeNull();
  expect(busy.throttleCheckTimeoutId).toBe(timer);
  busy.destroy();
});

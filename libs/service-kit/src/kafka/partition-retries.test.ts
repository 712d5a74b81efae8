import { PartitionRetries } from './partition-retries.ts';

test('an event that fails is tried again after a delay that grows to five seconds', () => {
  const retries = new PartitionRetries();
  const delays = Array.from({ length: 10 }, () => retries.failed('bookings/0', '7', 1_000));
  expect(delays[0]).toBeLessThanOrEqual(100);
  expect(delays.at(-1)).toBeGreaterThanOrEqual(4_000);
  expect(Math.max(...delays)).toBeLessThanOrEqual(5_000);
  expect(retries.attempt('bookings/0', '7')).toBe(11);
});

test('the next event of the partition begins anew', () => {
  const retries = new PartitionRetries();
  retries.failed('bookings/0', '7', 1_000);
  expect(retries.attempt('bookings/0', '8')).toBe(1);
});

test('since when a consumer is blocked is told by the partition that waits longest', () => {
  const retries = new PartitionRetries();
  retries.failed('bookings/0', '7', 2_000);
  retries.failed('bookings/1', '3', 1_000);
  retries.failed('bookings/1', '3', 3_000);
  expect(retries.blockedSince).toBe(1_000);
  retries.succeeded('bookings/1');
  expect(retries.blockedSince).toBe(2_000);
});

test('a partition that went to another consumer does not block this one', () => {
  const retries = new PartitionRetries();
  retries.failed('bookings/0', '7', 1_000);
  retries.keepOnly(new Set(['bookings/1']));
  expect(retries.blockedSince).toBeUndefined();
});

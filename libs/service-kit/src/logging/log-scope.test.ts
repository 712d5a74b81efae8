import { configureLogging, logger } from './logger.ts';
import { withLogFields } from './log-scope.ts';

test('a line carries the fields of the scopes around it, and none afterwards', async () => {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  configureLogging({ service: 'test', level: 'info', format: 'json', destination });
  const log = logger('bookings');
  await withLogFields({ eventId: 'e1' }, () =>
    withLogFields({ eventType: 'billing.booking.changed.v1' }, async () => {
      await Promise.resolve();
      log.info({ bookingId: 'b1' }, 'inside');
    }),
  );
  log.info({}, 'outside');
  expect(lines[0]).toMatchObject({ eventId: 'e1', eventType: 'billing.booking.changed.v1', bookingId: 'b1' });
  expect(lines[1]).not.toHaveProperty('eventId');
});

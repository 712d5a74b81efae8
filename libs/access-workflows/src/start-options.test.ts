import { clipSummary } from './clip-summary.ts';
import { startOptions, wakeUpOptions } from './start-options.ts';

const booking = { kind: 'booking', id: '0198' } as const;
const cause = { cause: 'booking moved', traceparent: '00-a-b-01' };

test('a workflow is found by its entitlement, whichever run, and never times out', () => {
  const options = startOptions(booking, { cause });
  expect(options).toMatchObject({
    workflowId: 'booking-access:0198',
    taskQueue: 'access',
    args: [{ version: 1, id: '0198', traceparent: '00-a-b-01' }],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  expect(Object.keys(options).filter((name) => /timeout/iu.test(name))).toEqual([]);
});

test('a wake-up carries its cause', () => {
  const options = wakeUpOptions(booking, 'cancelled', { cause, siteId: 's', locationId: 'paris' });
  expect(options.signal.name).toBe('cancelled');
  expect(options.signalArgs).toEqual([cause]);
  expect(options.typedSearchAttributes.map(({ key, value }) => [key.name, value])).toEqual([
    ['EntitlementKind', 'booking'],
    ['LocationId', 'paris'],
    ['SaltoSiteId', 's'],
  ]);
});

test('a summary is one line of at most 200 bytes, cut between characters', () => {
  expect(clipSummary('until access opens,\n11:30')).toBe('until access opens, 11:30');
  const clipped = clipSummary('é'.repeat(300));
  expect(clipped).toBe(`${'é'.repeat(98)}…`);
  expect(Buffer.byteLength(clipped)).toBeLessThanOrEqual(200);
});

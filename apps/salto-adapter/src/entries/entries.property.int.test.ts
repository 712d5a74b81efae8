import fc from 'fast-check';
import { entryAnswer } from '../salto-ks/entries.client.ts';
import { DoorRig, siteId } from '../testing/door-rig.ts';
import { entriesOf } from './entry-poll.ts';

const MINUTE_MS = 60_000;
const RUNS = Number(process.env['LATCHKEY_PROPERTY_RUNS'] ?? 25);

let rig: DoorRig;
beforeAll(async () => (rig = await DoorRig.create('entries_property')));
afterAll(() => rig.close());

/** What may happen while two processes read a site. */
const step = fc.oneof(
  // Somebody was at a door so many minutes ago, and the lock tells now.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('entry' as const), minutesAgo: fc.nat(9) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('entry' as const), minutesAgo: fc.integer({ min: 10, max: 500 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pass' as const), failAtPage: fc.option(fc.nat(2)) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hub' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('two passes' as const) }) },
);

test('whatever comes late, twice, by hub or poll, and wherever a pass breaks off, each entry is told once, in one sequence', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: 1, max: 5 }),
      async (steps, pageSize) => {
        await rig.reset();
        rig.fake.set({ page_size: pageSize });
        await rig.connect();
        await rig.process().logs.claim();
        await rig.age(24);
        const { recorder, poll } = rig.process();
        for (const one of steps) {
          const log = rig.fake.state.entries.ofSite(siteId);
          if (one.kind === 'entry') rig.logEntry(Date.now() - one.minutesAgo * MINUTE_MS);
          if (one.kind === 'two passes') await Promise.all([poll.pass(siteId), rig.process().poll.pass(siteId)]);
          if (one.kind === 'hub' && log.length > 0) {
            const entry = log[one.which % log.length];
            await recorder.record(siteId, entriesOf(siteId, [entryAnswer.parse(entry)]), { via: 'hub' });
          }
          if (one.kind === 'pass') {
            const skip = one.failAtPage;
            if (skip !== null) rig.fake.addFaults({ path: '/v1.1/**', skip, times: 1, effect: { kind: 'reset' } });
            await poll.pass(siteId).catch(() => undefined);
            rig.fake.removeFaults();
          }
        }
        await rig.rig.pool.query(`UPDATE entry_log SET looked_back_at = now() - interval '2 hours'`);
        await poll.pass(siteId);
        const told = await rig.told();
        const happened = rig.fake.state.entries.ofSite(siteId).map(({ id }) => id);
        expect(told.map(({ id }) => id).sort()).toEqual(happened.sort());
        expect(told.map(({ version }) => version)).toEqual(told.map((_, index) => index + 1));
      },
    ),
    { numRuns: RUNS },
  );
});

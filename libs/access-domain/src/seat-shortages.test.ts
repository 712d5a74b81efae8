import fc from 'fast-check';
import { PREPARE_AHEAD_MS } from './pacing.ts';
import { seatShortages, type SeatSupply, type SeatWindow } from './seat-shortages.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RELEASE_MS = 10 * MINUTE_MS;
const horizon = { from: 0, to: 14 * 24 * HOUR_MS };

const supplyOf = (limit: number, fixed = 0, kept: string[] = []): SeatSupply => ({
  limit,
  fixed,
  keptMemberIds: new Set(kept),
  releaseAfterMs: RELEASE_MS,
});
const hours = (memberId: string, opens: number, closes: number | null): SeatWindow => ({
  memberId,
  opensAt: opens * HOUR_MS,
  closesAt: closes === null ? null : closes * HOUR_MS,
});

describe('by example', () => {
  const meeting = ['ada', 'bruno', 'chloe', 'dora'].map((memberId) => hours(memberId, 10, 12));

  test('four people at ten need three seats more than the one that is free', () => {
    expect(seatShortages(meeting, supplyOf(9, 8), horizon)).toEqual([
      {
        startsAt: 10 * HOUR_MS - PREPARE_AHEAD_MS,
        endsAt: 12 * HOUR_MS + RELEASE_MS,
        missing: 3,
        memberIds: ['bruno', 'chloe', 'dora'],
      },
    ]);
  });

  test('who keeps a seat needs none', () => {
    expect(seatShortages(meeting, supplyOf(9, 8, ['ada', 'bruno', 'chloe']), horizon)).toEqual([]);
  });

  test('a person with several windows at once needs one seat', () => {
    expect(seatShortages([hours('ada', 10, 12), hours('ada', 11, null)], supplyOf(1), horizon)).toEqual([]);
  });

  test('who comes right after somebody finds the seat given back only after its release', () => {
    const one = supplyOf(1);
    expect(seatShortages([hours('ada', 8, 10), hours('bruno', 10, 12)], one, horizon)).toMatchObject([
      { startsAt: 10 * HOUR_MS - PREPARE_AHEAD_MS, endsAt: 10 * HOUR_MS + RELEASE_MS, memberIds: ['bruno'] },
    ]);
    expect(seatShortages([hours('ada', 8, 10), hours('bruno', 11, 12)], one, horizon)).toEqual([]);
  });

  test('more seats taken than there are is everybody’s shortage, and one without an end has none', () => {
    expect(seatShortages([hours('ada', 1, null)], supplyOf(5, 7), horizon)).toMatchObject([
      { endsAt: null, missing: 1, memberIds: ['ada'] },
    ]);
  });
});

const window: fc.Arbitrary<SeatWindow> = fc
  .record({
    memberId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    opensAt: fc.integer({ min: -3 * HOUR_MS, max: 15 * 24 * HOUR_MS }),
    length: fc.option(fc.integer({ min: 1, max: 40 * HOUR_MS })),
  })
  .map(({ length, ...rest }) => ({ ...rest, closesAt: length === null ? null : rest.opensAt + length }));
const supply = fc
  .record({ limit: fc.nat(8), fixed: fc.nat(8), kept: fc.subarray(['a', 'b', 'c']) })
  .map(({ limit, fixed, kept }) => supplyOf(limit, fixed, kept));

/** The rule in its plainest form: who needs a seat at an instant. */
function needing(windows: readonly SeatWindow[], { keptMemberIds, releaseAfterMs }: SeatSupply, at: number) {
  const open = windows.filter(
    ({ opensAt, closesAt }) => opensAt - PREPARE_AHEAD_MS <= at && at < (closesAt ?? Infinity) + releaseAfterMs,
  );
  return new Set(open.map(({ memberId }) => memberId).filter((id) => !keptMemberIds.has(id)));
}

test('at any instant there is a shortage exactly if more people need a seat than are free', () => {
  fc.assert(
    fc.property(fc.array(window, { maxLength: 12 }), supply, fc.nat(horizon.to - 1), (windows, of, at) => {
      const missing = needing(windows, of, at).size - Math.max(0, of.limit - of.fixed);
      const found = seatShortages(windows, of, horizon).filter(
        ({ startsAt, endsAt }) => startsAt <= at && at < (endsAt ?? Infinity),
      );
      expect(found).toHaveLength(missing > 0 ? 1 : 0);
      if (found[0] !== undefined) expect(found[0].missing).toBeGreaterThanOrEqual(missing);
    }),
  );
});

test('what is told is the worst of each time, with as many people as seats are missing, in order and apart', () => {
  fc.assert(
    fc.property(fc.array(window, { maxLength: 12 }), supply, (windows, of) => {
      const shortages = seatShortages(windows, of, horizon);
      const free = Math.max(0, of.limit - of.fixed);
      let before = -Infinity;
      for (const { startsAt, endsAt, missing, memberIds } of shortages) {
        expect(startsAt).toBeGreaterThan(before);
        expect(startsAt).toBeGreaterThanOrEqual(horizon.from);
        expect(new Set(memberIds).size).toBe(missing);
        const edges = windows.flatMap(({ opensAt }) => [opensAt - PREPARE_AHEAD_MS]);
        const within = [
          startsAt,
          ...edges.filter((at) => at >= startsAt && at < Math.min(endsAt ?? Infinity, horizon.to)),
        ];
        expect(missing).toBe(Math.max(...within.map((at) => needing(windows, of, at).size)) - free);
        before = endsAt ?? Infinity;
      }
    }),
  );
});

test('one seat more never makes a shortage worse', () => {
  fc.assert(
    fc.property(fc.array(window, { maxLength: 12 }), supply, (windows, of) => {
      const worst = (limit: number) =>
        Math.max(0, ...seatShortages(windows, { ...of, limit }, horizon).map(({ missing }) => missing));
      expect(worst(of.limit + 1)).toBeLessThanOrEqual(worst(of.limit));
    }),
  );
});

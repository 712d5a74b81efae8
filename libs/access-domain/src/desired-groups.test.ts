import fc from 'fast-check';
import { desiredGroups, JOIN_MS, type GroupWindow } from './desired-groups.ts';

const HORIZON = 20 * JOIN_MS;
const window = fc
  .record({
    groupId: fc.constantFrom('front', 'office'),
    opensAt: fc.integer({ min: 0, max: HORIZON }),
    length: fc.option(fc.integer({ min: 1, max: 5 * JOIN_MS }), { nil: null, freq: 5 }),
  })
  .map(({ groupId, opensAt, length }): GroupWindow => ({
    groupId,
    opensAt,
    closesAt: length === null ? null : opensAt + length,
  }));
const windows = fc.array(window, { maxLength: 8 });
const instant = fc.integer({ min: 0, max: HORIZON });
const covers = (of: GroupWindow, now: number) => of.opensAt <= now && now < (of.closesAt ?? Infinity);

describe('desired groups', () => {
  it('are the groups of every window that is open (S5.1)', () => {
    fc.assert(
      fc.property(windows, instant, (all, now) => {
        const desired = new Set(desiredGroups(all, now).map(({ id }) => id));
        for (const one of all.filter((candidate) => covers(candidate, now))) expect(desired).toContain(one.groupId);
      }),
    );
  });

  it('hold nothing that no window gives now or within the minute around a handover', () => {
    fc.assert(
      fc.property(windows, instant, (all, now) => {
        for (const { id } of desiredGroups(all, now)) {
          const ofGroup = all.filter(({ groupId }) => groupId === id);
          const isHandover =
            ofGroup.some(({ closesAt }) => closesAt !== null && closesAt <= now && now - closesAt <= JOIN_MS) &&
            ofGroup.some(({ opensAt }) => opensAt >= now && opensAt - now <= JOIN_MS);
          expect(ofGroup.some((one) => covers(one, now)) || isHandover).toBe(true);
        }
      }),
    );
  });

  it('do not flap: what is desired stays so until its `until`, and the next gap is longer than a minute', () => {
    fc.assert(
      fc.property(windows, instant, fc.integer({ min: 0, max: 3 * JOIN_MS }), (all, now, later) => {
        for (const group of desiredGroups(all, now)) {
          const then = now + later;
          const still = desiredGroups(all, then).find(({ id }) => id === group.id);
          if (then < (group.until ?? Infinity)) expect(still).toEqual(group);
          else if (then <= (group.until ?? 0) + JOIN_MS) expect(still).toBeUndefined();
        }
      }),
    );
  });

  it('do not depend on the order of the windows', () => {
    fc.assert(
      fc.property(
        windows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        instant,
        ([all, shuffled], now) => expect(desiredGroups(shuffled, now)).toEqual(desiredGroups(all, now)),
      ),
    );
  });

  it('do not need the windows that closed more than a minute ago', () => {
    fc.assert(
      fc.property(windows, instant, (all, now) => {
        const recent = all.filter(({ closesAt }) => closesAt === null || closesAt >= now - JOIN_MS);
        expect(desiredGroups(recent, now)).toEqual(desiredGroups(all, now));
      }),
    );
  });

  it('join windows that follow each other within a minute (S5.2)', () => {
    const morning = { groupId: 'front', opensAt: 0, closesAt: 1_000 };
    const next = { groupId: 'front', opensAt: 1_000 + JOIN_MS, closesAt: 200_000 };
    expect(desiredGroups([morning, next], 1_500)).toEqual([{ id: 'front', until: 200_000 }]);
    expect(desiredGroups([morning, { ...next, opensAt: next.opensAt + 1 }], 1_500)).toEqual([]);
  });
});

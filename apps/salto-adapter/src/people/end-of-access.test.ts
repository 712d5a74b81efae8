import fc from 'fast-check';
import { endStep, mildest, type EndPolicy, type Situation } from './end-of-access.ts';

const DAY_MS = 24 * 60 * 60_000;
const QUIET_MS = 600_000;
const NOW = 1_800_000_000_000;

const instant = fc.integer({ min: NOW - 40 * DAY_MS, max: NOW + DAY_MS });
const policy: fc.Arbitrary<EndPolicy> = fc.oneof(
  fc.record({ kind: fc.constantFrom('suspend' as const, 'keep' as const) }),
  fc.record({ kind: fc.constant('delete' as const), days: fc.integer({ min: 0, max: 365 }) }),
);
const situation: fc.Arbitrary<Situation> = fc.record({
  user: fc.record({
    origin: fc.constantFrom('created' as const, 'linked' as const),
    hasSeat: fc.boolean(),
    seatWantedAt: fc.option(instant),
    seatUnsureAt: fc.option(instant),
    idleAt: fc.option(instant),
    deletingAt: fc.option(instant, { freq: 5 }),
  }),
  hasAccess: fc.boolean(),
  isPersonDeleted: fc.boolean(),
  policy,
  quietMs: fc.constantFrom(0, QUIET_MS),
  now: fc.constant(NOW),
});
const untouched = ['rest', 'subscribe'];

test('nobody with access is suspended or deleted, whatever the policy', () => {
  fc.assert(
    fc.property(situation, (of) => {
      fc.pre(of.hasAccess && of.user.deletingAt === null);
      expect(untouched).toContain(endStep(of).kind);
    }),
  );
});

test('a user that was there before us is never changed; its link alone goes with the person', () => {
  fc.assert(
    fc.property(situation, (of) => {
      fc.pre(of.user.origin === 'linked' && of.user.deletingAt === null);
      expect(['rest', 'forget']).toContain(endStep(of).kind);
    }),
  );
});

test('kept users keep their seats, and nobody is deleted whom no policy or deletion names', () => {
  fc.assert(
    fc.property(situation, (of) => {
      fc.pre(!of.isPersonDeleted && of.user.deletingAt === null);
      const { kind } = endStep(of);
      if (of.policy.kind === 'keep') expect(untouched).toContain(kind);
      if (of.policy.kind !== 'delete') expect(kind).not.toBe('delete');
    }),
  );
});

test('whoever waits is looked at again at an instant when there is something to do, and not before', () => {
  fc.assert(
    fc.property(situation, instant, (any, idleAt) => {
      const own = { ...any.user, origin: 'created' as const, hasSeat: true, deletingAt: null, idleAt };
      const of = { ...any, user: own, hasAccess: false, isPersonDeleted: false };
      const step = endStep(of);
      if (step.kind !== 'rest' || of.policy.kind === 'keep') return;
      const until = step.until ?? 0;
      expect(until).toBeGreaterThan(NOW);
      expect(endStep({ ...of, now: until }).kind).not.toBe('rest');
      expect(endStep({ ...of, now: until - 1 })).toEqual(step);
    }),
  );
});

describe('by example', () => {
  const user = {
    origin: 'created' as const,
    hasSeat: true,
    seatWantedAt: null,
    seatUnsureAt: null,
    idleAt: NOW,
    deletingAt: null,
  };
  const of = { user, hasAccess: false, isPersonDeleted: false, quietMs: QUIET_MS };

  test('suspended ten minutes after the last access, by default', () => {
    const suspend = { ...of, policy: { kind: 'suspend' as const } };
    expect(endStep({ ...suspend, now: NOW })).toEqual({ kind: 'rest', until: NOW + QUIET_MS });
    expect(endStep({ ...suspend, now: NOW + QUIET_MS })).toEqual({ kind: 'suspend' });
  });

  test('deleted after N days, suspended until then', () => {
    const policy = { kind: 'delete' as const, days: 15 };
    expect(endStep({ ...of, policy, now: NOW + QUIET_MS })).toEqual({ kind: 'suspend' });
    const suspended = { ...user, hasSeat: false };
    const until = NOW + 15 * DAY_MS;
    expect(endStep({ ...of, user: suspended, policy, now: NOW + QUIET_MS })).toEqual({ kind: 'rest', until });
    expect(endStep({ ...of, user: suspended, policy, now: until })).toEqual({ kind: 'delete', always: false });
  });

  test('a suspension without an answer, which is not repeated yet, does not hold up the deletion', () => {
    const policy = { kind: 'delete' as const, days: 7 };
    const deleteAt = NOW + 7 * DAY_MS;
    const situation = { ...of, user: { ...user, seatUnsureAt: deleteAt - 1_000 }, policy, now: deleteAt - 1 };
    expect(endStep(situation)).toEqual({ kind: 'rest', until: deleteAt });
  });

  test('a deleted person’s user goes at once, ours by deletion', () => {
    expect(endStep({ ...of, policy: { kind: 'keep' }, isPersonDeleted: true, now: NOW })).toEqual({
      kind: 'delete',
      always: true,
    });
  });

  test('of locations that share a site the mildest policy counts', () => {
    const [keep, suspend] = [{ kind: 'keep' as const }, { kind: 'suspend' as const }];
    const [soon, late] = [
      { kind: 'delete' as const, days: 1 },
      { kind: 'delete' as const, days: 30 },
    ];
    expect(mildest([soon, suspend, keep, late])).toEqual(keep);
    expect(mildest([soon, suspend, late])).toEqual(suspend);
    expect(mildest([soon, late])).toEqual(late);
    expect(mildest([])).toEqual(keep);
  });
});

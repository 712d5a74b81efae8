import type { RefusalReason } from '@latchkey/contracts';
import fc from 'fast-check';
import type { DoorWarning, GrantRecord } from '../ledger/grant-record.ts';
import { isSameTrouble, warningsAfter, wasInEffect, type DoorUse } from './door-rules.ts';

const MINUTE_MS = 60_000;
const opensAt = Date.parse('2026-03-02T11:30:00Z');
const closesAt = opensAt + 5 * 60 * MINUTE_MS;
const reasons: RefusalReason[] = ['no_access', 'suspended', 'denied', 'offline', 'unknown'];

function record(grant: Partial<GrantRecord['grant']> = {}, doorWarnings: readonly DoorWarning[] = []): GrantRecord {
  return {
    id: '3f0c4c8e-0a5e-4a55-9a4e-0d6c6f4c7f10',
    version: 1,
    siteId: 's',
    memberId: 'm',
    locationId: 'l',
    entitlement: { kind: 'booking', id: 'b' },
    status: 'active',
    errorCode: null,
    nextAttemptAt: null,
    grant: {
      groupId: 'room',
      opensAt,
      closesAt,
      phase: 'open',
      dueAt: opensAt,
      dueBy: 'clock',
      grantedAt: opensAt,
      ...grant,
    },
    doorWarnings,
  };
}

function refused(minutes: number, change: Partial<DoorUse> = {}): DoorUse {
  return {
    lockId: 'lock',
    outcome: 'refused',
    reason: 'no_access',
    groupIds: ['room'],
    at: opensAt + minutes * MINUTE_MS,
    ...change,
  };
}

const opened = (minutes: number, change: Partial<DoorUse> = {}) =>
  refused(minutes, { outcome: 'opened', reason: null, groupIds: null, ...change });

describe('a grant that a door refuses', () => {
  test.each([
    ['in its window, after the locks had time to learn of it', record(), refused(5), true],
    ['before its window opens', record(), refused(-1), false],
    ['after its window', record(), refused(5 * 60), false],
    ['within two minutes after it was granted', record(), refused(1), false],
    ['two minutes after it was granted late', record({ grantedAt: opensAt + 10 * MINUTE_MS }), refused(11), false],
    ['at a lock that is off line, however new it is', record(), refused(1, { reason: 'offline' }), true],
    ['when Salto never had it', record({ grantedAt: null }), refused(5), false],
    ['at a lock that none of its groups opens', record(), refused(5, { groupIds: [] }), false],
    ['at a lock of another group', record(), refused(5, { groupIds: ['office'] }), false],
    ['at a lock whose groups nobody knows', record(), refused(5, { groupIds: null }), true],
    ['of a window without an end', record({ closesAt: null }), refused(10_000), true],
  ])('%s', (_when, grant, use, warns) => {
    expect(wasInEffect(grant, use)).toBe(warns);
    expect(warningsAfter(grant, use, false)).toEqual(warns ? [{ reason: use.reason, lockId: 'lock', at: use.at }] : []);
  });

  test('is no warning once the grant is over, though it was in effect', () => {
    const over = record({ phase: 'ended' });
    expect(wasInEffect(over, refused(5))).toBe(true);
    expect(warningsAfter(over, refused(5), false)).toEqual([]);
  });
});

describe('the warning', () => {
  const standing = { reason: 'no_access', lockId: 'lock', at: opensAt + 5 * MINUTE_MS } as const;

  test('goes when the door opens later, and stays when it is another door', () => {
    expect(warningsAfter(record({}, [standing]), opened(6), false)).toEqual([]);
    expect(warningsAfter(record({}, [standing]), opened(6, { lockId: 'other' }), false)).toEqual([standing]);
  });

  test('of a missing seat goes with any door', () => {
    const suspended = { ...standing, reason: 'suspended' } as const;
    expect(warningsAfter(record({}, [suspended]), opened(6, { lockId: 'other' }), false)).toEqual([]);
  });

  test('stays when a door that opened before is told of late', () => {
    expect(warningsAfter(record({}, [standing]), opened(4), false)).toEqual([standing]);
  });

  test('is of the latest refusal by each lock and reason that no opening has followed, in whatever order they are told', () => {
    const use = fc.record({
      minutes: fc.integer({ min: 3, max: 200 }),
      lockId: fc.constantFrom('front', 'room'),
      reason: fc.constantFrom(null, null, ...reasons),
    });
    fc.assert(
      fc.property(fc.array(use, { maxLength: 12 }), (happened) => {
        const uses = happened.map(({ minutes, lockId, reason }) =>
          reason === null ? opened(minutes, { lockId }) : refused(minutes, { lockId, reason }),
        );
        expect(new Set(tellInOrder(uses))).toEqual(new Set(expected(uses)));
      }),
    );
  });
});

const endsTrouble = (opening: DoorUse, { reason, lockId, at }: DoorUse) =>
  opening.outcome === 'opened' &&
  opening.at >= at &&
  isSameTrouble({ reason: reason ?? 'unknown', lockId }, opening.lockId);

function tellInOrder(uses: readonly DoorUse[]): readonly DoorWarning[] {
  let grant = record();
  for (const [index, use] of uses.entries()) {
    const hasOpenedSince = uses.slice(0, index).some((earlier) => endsTrouble(earlier, use));
    grant = { ...grant, doorWarnings: warningsAfter(grant, use, hasOpenedSince) };
  }
  return grant.doorWarnings;
}

/** Said without an order. */
function expected(uses: readonly DoorUse[]): DoorWarning[] {
  const standing = uses.filter((use) => use.reason !== null && !uses.some((other) => endsTrouble(other, use)));
  const latest = [...Map.groupBy(standing, ({ lockId, reason }) => `${lockId} ${reason}`).values()];
  return latest.map((same) => {
    const { reason, lockId, at } = same.toSorted((a, b) => b.at - a.at)[0]!;
    return { reason: reason!, lockId, at };
  });
}

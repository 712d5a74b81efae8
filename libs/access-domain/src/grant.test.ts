import fc from 'fast-check';
import { isOpen, leaveGrantsOpen, refreshGrants, type Grant, type WantedGrant } from './grant.ts';

const scheduled: Grant = {
  groupId: 'front',
  opensAt: 100,
  closesAt: 200,
  phase: 'open',
  dueAt: 100,
  dueBy: 'clock',
  grantedAt: null,
};
const active: Grant = { ...scheduled, grantedAt: 101 };
const ended: Grant = { ...active, phase: 'ended', dueAt: 200 };
const want = (opensAt: number, closesAt: number | null): WantedGrant => ({ groupId: 'front', opensAt, closesAt });

describe('refreshing the rows of an entitlement', () => {
  it('makes a row for what is wanted, due when it opens', () => {
    expect(refreshGrants([], [want(100, 200)], 10)).toEqual([scheduled]);
  });

  it('makes what should be open already due now', () => {
    expect(refreshGrants([], [want(100, 200)], 150)).toEqual([{ ...scheduled, dueAt: 150, dueBy: 'change' }]);
  });

  it('makes no row for what is over', () => {
    expect(refreshGrants([], [want(100, 200)], 200)).toEqual([]);
  });

  it('forgets a row that never opened', () => {
    expect(refreshGrants([scheduled], [], 99)).toEqual([]);
  });

  it('revokes a withdrawn row from now on', () => {
    const [row] = refreshGrants([active], [], 150);
    expect(row).toEqual({ ...active, phase: 'revoking', closesAt: 150, dueAt: 150, dueBy: 'change' });
  });

  it('revokes a row whose time is over, due since then however late it is noticed', () => {
    const [row] = refreshGrants([active], [want(100, 200)], 260);
    expect(row).toEqual({ ...active, phase: 'revoking', dueAt: 200, dueBy: 'clock' });
  });

  it('revokes a row that was shortened into the past, due now', () => {
    const [row] = refreshGrants([active], [want(100, 120)], 150);
    expect(row).toEqual({ ...active, phase: 'revoking', closesAt: 120, dueAt: 150, dueBy: 'change' });
  });

  it('lengthens an open row without a new start', () => {
    expect(refreshGrants([active], [want(100, 300)], 150)).toEqual([{ ...active, closesAt: 300 }]);
  });

  it('reopens an ended row that is lengthened after its end', () => {
    expect(refreshGrants([ended], [want(100, 300)], 250)).toEqual([
      { ...scheduled, closesAt: 300, dueAt: 250, dueBy: 'change' },
    ]);
  });

  it('opens nothing again for an end that is moved within the past', () => {
    expect(refreshGrants([ended], [want(100, 240)], 250)).toEqual([ended]);
  });

  it('plans an open row that is moved into the future anew', () => {
    expect(refreshGrants([active], [want(300, 400)], 150)).toEqual([
      { ...scheduled, opensAt: 300, closesAt: 400, dueAt: 300 },
    ]);
  });

  it('changes nothing when repeated', () => {
    const wanted = fc.uniqueArray(
      fc.record({
        groupId: fc.constantFrom('front', 'office', 'room'),
        opensAt: fc.integer({ min: 0, max: 50 }),
        closesAt: fc.option(fc.integer({ min: 51, max: 100 }), { nil: null }),
      }),
      { selector: ({ groupId }) => groupId },
    );
    const history = fc.array(fc.tuple(wanted, fc.integer({ min: 0, max: 20 })), { maxLength: 5 });
    fc.assert(
      fc.property(history, (steps) => {
        let rows: Grant[] = [];
        let now = 0;
        for (const [facts, elapsed] of steps) {
          now += elapsed;
          rows = refreshGrants(rows, facts, now);
          expect(refreshGrants(rows, facts, now)).toEqual(rows);
          const open = rows.filter(({ phase }) => phase === 'open').map(({ groupId }) => groupId);
          const due = facts.filter(({ closesAt }) => closesAt === null || closesAt > now);
          expect(open.toSorted()).toEqual(due.map(({ groupId }) => groupId).toSorted());
        }
      }),
    );
  });
});

describe('after a disconnect', () => {
  it('what was open stays, what never opened is gone, and neither needs a workflow', () => {
    const revoking: Grant = { ...active, phase: 'revoking' };
    const rows = leaveGrantsOpen([active, revoking, ended, { ...scheduled, opensAt: 180 }], 150);
    expect(rows.map(({ phase }) => phase)).toEqual(['left_open', 'left_open', 'ended']);
    expect(rows.some(isOpen)).toBe(false);
  });

  it('those still entitled go on when it is connected again', () => {
    const [row] = refreshGrants(leaveGrantsOpen([active], 150), [want(100, 200)], 160);
    expect(row).toEqual(active);
  });
});

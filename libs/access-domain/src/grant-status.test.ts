import { grantStatus, markGranted, settleGrant, type RevisionStatus } from './grant-status.ts';
import type { Grant } from './grant.ts';

const open: Grant = {
  groupId: 'front',
  opensAt: 100,
  closesAt: 200,
  phase: 'open',
  dueAt: 100,
  dueBy: 'clock',
  grantedAt: null,
};
const revision = (of: Partial<RevisionStatus> = {}): RevisionStatus => ({
  isConfirmed: false,
  isFailing: false,
  blockedGroupIds: new Set(),
  ...of,
});

describe('the status of a grant', () => {
  it.each([
    ['scheduled', open, revision(), 99],
    ['granting', open, revision(), 100],
    ['retrying', open, revision({ isFailing: true }), 100],
    ['blocked', open, revision({ isConfirmed: true, blockedGroupIds: new Set(['front']) }), 100],
    ['active', { ...open, grantedAt: 101 }, revision({ isFailing: true }), 150],
    ['revoking', { ...open, phase: 'revoking' }, revision({ isFailing: true }), 200],
    ['ended', { ...open, phase: 'ended', grantedAt: 101 }, revision(), 200],
    ['ended', { ...open, phase: 'ended', dueBy: 'change' }, revision(), 200],
    ['missed', { ...open, phase: 'ended' }, revision(), 200],
    ['left_open', { ...open, phase: 'left_open' }, revision(), 200],
  ] as const)('%s', (status, grant, known, now) => {
    expect(grantStatus(grant, known, now)).toBe(status);
  });
});

describe('a confirmed revision', () => {
  const confirmed = revision({ isConfirmed: true });

  it('ends what was revoking, and grants what is open', () => {
    expect(settleGrant({ ...open, phase: 'revoking' }, confirmed, 210, 215).phase).toBe('ended');
    expect(settleGrant(open, confirmed, 120, 125).grantedAt).toBe(120);
  });

  it('says nothing about what is still to open, or blocked', () => {
    expect(settleGrant(open, confirmed, 90, 95)).toBe(open);
    const blocked = revision({ isConfirmed: true, blockedGroupIds: new Set(['front']) });
    expect(settleGrant(open, blocked, 120, 125).grantedAt).toBeNull();
  });

  it('grants nothing before it was due: another entitlement may have had the group all along', () => {
    expect(markGranted(open, 20).grantedAt).toBe(100);
  });

  it('alone ends a revocation', () => {
    const revoking: Grant = { ...open, phase: 'revoking' };
    expect(settleGrant(revoking, revision(), 210, 215)).toBe(revoking);
  });
});

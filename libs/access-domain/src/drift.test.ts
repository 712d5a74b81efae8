import fc from 'fast-check';
import { findDrift, membershipKey, removalLimit, type Membership, type ObservedMembership } from './drift.ts';

const front = new Set(['front']);
const ada: Membership = { memberId: 'ada', groupId: 'front' };
const seen = (change: Partial<ObservedMembership> = {}): ObservedMembership => ({
  ...ada,
  isOurs: true,
  isQuarantined: false,
  ...change,
});
const atRest = { seenGroupIds: front, isSettled: () => true };

test('what is wanted and there is no drift, whoever put it there', () => {
  expect(findDrift({ ...atRest, wanted: [ada], observed: [seen()] })).toEqual([]);
  expect(findDrift({ ...atRest, wanted: [ada], observed: [seen({ isOurs: false })] })).toEqual([]);
});

test('what could not be added is not missing, and is not left over where it is there all the same', () => {
  const blocked = { ...atRest, wanted: [ada], blocked: new Set([membershipKey(ada)]) };
  expect(findDrift({ ...blocked, observed: [] })).toEqual([]);
  expect(findDrift({ ...blocked, observed: [seen()] })).toEqual([]);
});

test('a membership that somebody took away is missing', () => {
  expect(findDrift({ ...atRest, wanted: [ada], observed: [] })).toEqual([{ ...ada, kind: 'missing' }]);
});

test.each([
  ['ours is left over', { isOurs: true }, 'left_over'],
  ['ours that also had a write without an answer is left over', { isOurs: true, isQuarantined: true }, 'left_over'],
  ["somebody else's is foreign", { isOurs: false }, 'foreign'],
  ['one that a late write of ours may have made is unexplained', { isOurs: false, isQuarantined: true }, 'unexplained'],
] as const)('of those that nobody wants, %s', (_, change, kind) => {
  expect(findDrift({ ...atRest, wanted: [], observed: [seen(change)] })).toEqual([{ ...ada, kind }]);
});

test('what was left on purpose is no drift, but ours is left over all the same', () => {
  const left = { isLeft: true, isOurs: false };
  expect(findDrift({ ...atRest, wanted: [], observed: [seen(left)] })).toEqual([]);
  expect(findDrift({ ...atRest, wanted: [], observed: [seen({ ...left, isQuarantined: true })] })).toEqual([]);
  expect(findDrift({ ...atRest, wanted: [ada], observed: [seen(left)] })).toEqual([]);
  expect(findDrift({ ...atRest, wanted: [], observed: [seen({ isLeft: true })] })).toEqual([
    { ...ada, kind: 'left_over' },
  ]);
});

test('a member whose groups are under way is left to its workflow', () => {
  const isSettled = () => false;
  expect(findDrift({ ...atRest, isSettled, wanted: [ada], observed: [] })).toEqual([]);
  expect(findDrift({ ...atRest, isSettled, wanted: [], observed: [seen()] })).toEqual([]);
});

test('a group that could not be looked at says nothing', () => {
  expect(findDrift({ ...atRest, seenGroupIds: new Set(), wanted: [ada], observed: [] })).toEqual([]);
});

const membership = fc.record({
  memberId: fc.constantFrom('ada', 'bob', 'cem'),
  groupId: fc.constantFrom('front', 'office', 'room'),
});
const memberships = fc.uniqueArray(membership, { selector: membershipKey });
const observations = memberships.chain((all) =>
  fc.tuple(
    ...all.map((one) =>
      fc
        .record({ isOurs: fc.boolean(), isQuarantined: fc.boolean(), isLeft: fc.boolean() })
        .map((is) => ({ ...one, ...is })),
    ),
  ),
);

test('putting back what is missing and removing what is left over makes it so, and touches nothing else', () => {
  fc.assert(
    fc.property(memberships, memberships, observations, (wanted, notAdded, observed) => {
      const blocked = new Set(notAdded.map(membershipKey));
      const view = { seenGroupIds: new Set(['front', 'office', 'room']), blocked, isSettled: () => true };
      const drift = findDrift({ ...view, wanted, observed });
      const removed = new Set(drift.filter(({ kind }) => kind === 'left_over').map(membershipKey));
      const after = [
        ...observed.filter((one) => !removed.has(membershipKey(one))),
        ...drift.filter(({ kind }) => kind === 'missing').map((one) => ({ ...seen(), ...one })),
      ];
      const left = findDrift({ ...view, wanted, observed: after });
      expect(left.filter(({ kind }) => kind === 'missing' || kind === 'left_over')).toEqual([]);
      // Nobody whom Latchkey did not put there is removed (S5.5), and nobody who is entitled.
      for (const one of observed.filter(({ isOurs }) => !isOurs)) expect(removed.has(membershipKey(one))).toBe(false);
      for (const one of wanted) expect(removed.has(membershipKey(one))).toBe(false);
    }),
  );
});

test.each([
  [0, 3],
  [29, 3],
  [39, 3],
  [40, 4],
  [99, 9],
  [100, 10],
  [5_000, 10],
])('of %i memberships, %i may go in one pass without asking', (memberships, limit) => {
  expect(removalLimit(memberships)).toBe(limit);
});

import {
  findDrift,
  membershipKey,
  removalLimit,
  type Drift,
  type Membership,
  type ObservedMembership,
} from '@latchkey/access-domain';
import type { Failure, GroupLook } from '@latchkey/access-workflows';
import type { PairState } from '../ledger/pair-state.ts';
import { findingKey, type DriftAction, type DriftFinding, type NewFinding } from './drift-findings.ts';

/** What is known when a look at a site is judged. */
export interface Evidence {
  readonly looks: readonly GroupLook[];
  readonly pairs: readonly PairState[];
  readonly settled: ReadonlySet<string>;
  /** Memberships that the adapter once confirmed to be ours, by key: it may have been restored since. */
  readonly owned: ReadonlySet<string>;
  readonly open: readonly DriftFinding[];
  /** Memberships that a disconnect left open, by key: they are a person's to end. */
  readonly leftOpen: ReadonlySet<string>;
  /** Memberships that were put back before, by key. */
  readonly putBackBefore: ReadonlySet<string>;
}

export interface Judgement {
  readonly findings: readonly NewFinding[];
  /** Findings that the looks do not show any more. */
  readonly resolved: readonly DriftFinding[];
  /** Pairs whose next plan takes a revision, and what they are held out of. */
  readonly pairs: readonly PairState[];
  readonly memberships: number;
}

const REMOVED_TWICE: Failure = {
  code: 'membership_removed_externally',
  message: 'somebody took the member out of the group in Salto KS again, after Latchkey had put it back',
};

/** The memberships that the looks showed, of members of ours. */
function observedIn({ looks, owned, open }: Evidence): ObservedMembership[] {
  const unexplained = new Set(open.filter(({ kind }) => kind === 'unexplained').map(findingKey));
  return looks.flatMap(({ groupId, members }) =>
    members.map((member) => {
      // What an administrator left as it is, the adapter knows better than our copy.
      const isOurs = member.isOurs || (!member.isLeft && owned.has(membershipKey({ ...member, groupId })));
      // The adapter remembers a late write for a day; what nobody could explain stays so until somebody decides.
      const asFinding = { groupId, memberId: member.memberId, saltoUserId: null, kind: 'unexplained' } as const;
      const isQuarantined = member.isQuarantined || unexplained.has(findingKey(asFinding));
      return { ...member, groupId, isOurs, isQuarantined };
    }),
  );
}

/** What should be in Salto's groups, and what of that could not be added. */
function wantedOf(pairs: readonly PairState[]): { wanted: Membership[]; blocked: Set<string> } {
  const wanted = pairs.flatMap(({ memberId, desired }) => desired.map(({ id }) => ({ memberId, groupId: id })));
  const blocked = pairs.flatMap(({ memberId, blocked }) =>
    Object.keys(blocked).map((groupId) => membershipKey({ memberId, groupId })),
  );
  return { wanted, blocked: new Set(blocked) };
}

/** Decides about what differs. It writes nothing: whatever changes at Salto takes a revision. */
export function judge(evidence: Evidence): Judgement {
  const { looks, pairs, settled, open } = evidence;
  const observed = observedIn(evidence);
  const lifted = liftedHolds(evidence, observed);
  const drift = findDrift({
    seenGroupIds: new Set(looks.map(({ groupId }) => groupId)),
    ...wantedOf(pairs),
    observed,
    isSettled: (memberId) => settled.has(memberId),
  }).filter((one) => !lifted.has(membershipKey(one)));
  const known = new Map(open.map((finding) => [findingKey(finding), finding]));
  const actionOf = actions(evidence, drift, removalLimit(observed.filter(({ isOurs }) => isOurs).length), known);
  const findings: NewFinding[] = [
    ...drift.map((one) => ({ ...one, saltoUserId: null, action: actionOf(one) })),
    ...looks.flatMap(({ groupId, foreignUserIds }) =>
      foreignUserIds.map((saltoUserId) => {
        return { groupId, saltoUserId, memberId: null, kind: 'foreign', action: 'reported' } as const;
      }),
    ),
  ];
  const current = new Set(findings.map(findingKey));
  return {
    findings,
    resolved: open.filter((finding) => !current.has(findingKey(finding)) && isOver(finding, evidence, lifted)),
    pairs: pairs.map((pair) => changed(pair, findings, lifted)).filter((pair) => !pairs.includes(pair)),
    memberships: observed.filter(({ isOurs }) => isOurs).length,
  };
}

type ActionOf = (drift: Drift) => DriftAction;

function actions(
  { putBackBefore, leftOpen }: Evidence,
  drift: readonly Drift[],
  limit: number,
  known: ReadonlyMap<string, DriftFinding>,
): ActionOf {
  const before = (one: Drift) => known.get(findingKey({ ...one, saltoUserId: null }))?.action;
  const undecided = drift.filter(
    (one) => one.kind === 'left_over' && before(one) !== 'removing' && !leftOpen.has(membershipKey(one)),
  );
  return (one) => {
    switch (one.kind) {
      case 'missing':
        return putBackBefore.has(membershipKey(one)) ? 'blocked' : 'put_back';
      case 'left_over':
        return ofLeftOver(before(one), undecided.length > limit || leftOpen.has(membershipKey(one)));
      case 'unexplained':
      case 'foreign':
        return before(one) ?? 'reported';
    }
  };
}

/** What was held once waits for its decision, also when fewer are left. */
function ofLeftOver(before: DriftAction | undefined, asks: boolean): DriftAction {
  if (before === 'leaving' || before === 'removing') return before;
  return asks || before === 'held' ? 'held' : 'removing';
}

/** Somebody put the member back by hand: then nothing is held any more. */
function liftedHolds({ pairs }: Evidence, observed: readonly ObservedMembership[]): ReadonlySet<string> {
  const seen = new Set(observed.map(membershipKey));
  const held = pairs.flatMap(({ memberId, held }) =>
    Object.keys(held).map((groupId) => membershipKey({ memberId, groupId })),
  );
  return new Set(held.filter((key) => seen.has(key)));
}

function changed(pair: PairState, findings: readonly NewFinding[], lifted: ReadonlySet<string>): PairState {
  const own = findings.filter(({ memberId }) => memberId === pair.memberId);
  const blocked = own
    .filter(({ action }) => action === 'blocked')
    .map(({ groupId }) => [groupId, REMOVED_TWICE] as const);
  const kept = Object.entries(pair.held).filter(([groupId]) => !lifted.has(membershipKey({ ...pair, groupId })));
  const isHoldChanged = blocked.length > 0 || kept.length < Object.keys(pair.held).length;
  const isRemoving = own.some(({ action }) => action === 'removing');
  const isPutBack = own.some(({ action }) => action === 'put_back');
  if (!isHoldChanged && !isRemoving && !isPutBack) return pair;
  return { ...pair, held: Object.fromEntries([...kept, ...blocked]), forcedUrgency: isRemoving ? 2 : 3 };
}

/** Whether a finding that the looks did not show again is over, or was only not to be seen this time. */
function isOver(
  { groupId, memberId, action }: DriftFinding,
  { looks, settled, pairs }: Evidence,
  lifted: ReadonlySet<string>,
) {
  if (looks.every((look) => look.groupId !== groupId)) return false;
  if (memberId === null) return true;
  if (!settled.has(memberId)) return false;
  const isHeld = pairs.some((pair) => pair.memberId === memberId && pair.held[groupId] !== undefined);
  return action !== 'blocked' || !isHeld || lifted.has(membershipKey({ memberId, groupId }));
}

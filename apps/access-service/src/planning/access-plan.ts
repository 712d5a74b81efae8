import { isOpen, prepareAt } from '@latchkey/access-domain';
import { describeInstant } from '@latchkey/access-domain/time-zone';
import type { AccessPlan, DueRevision } from '@latchkey/access-workflows';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { pairKey, type PairState } from '../ledger/pair-state.ts';
import type { Sites } from '../ledger/sites.ts';
import { detailsOf } from './details.ts';
import { isUnfinished } from './due-revisions.ts';
import { healthOf, phaseOf } from './phase.ts';
import type { Subject } from './subject.ts';
import type { Wake } from './wake.ts';

/** A search attribute's value may take 2 KB. */
const MEMBERS_SHOWN = 40;

export interface PlanParts {
  readonly subject: Subject;
  /** The entitlement's rows, and the newest revisions of its members, as decided just now. */
  readonly grants: readonly GrantRecord[];
  readonly pairs: readonly PairState[];
  readonly sites: Sites;
  readonly due: readonly DueRevision[];
  readonly hasMoreDue: boolean;
  readonly wake: Wake | null;
  readonly now: number;
}

/** The decision, as a workflow follows it and Temporal UI shows it. */
export function accessPlan({ subject, grants, pairs, sites, due, hasMoreDue, wake, now }: PlanParts): AccessPlan {
  const isOver = !grants.some(({ grant }) => isOpen(grant)) && !pairs.some((pair) => isUnfinished(pair, sites));
  return {
    version: 1,
    phase: phaseOf(grants),
    health: healthOf(grants, pairs, sites),
    locationId: subject.locationId,
    siteId: subject.siteId,
    companyId: subject.companyId,
    timeZone: subject.timeZone,
    memberIds: subject.memberIds.slice(0, MEMBERS_SHOWN),
    window: windowOf(grants),
    due,
    hasMoreDue,
    prepare: preparation(subject, grants, pairs, sites, now),
    wakeAt: isOver ? null : (wake?.wakeAt ?? null),
    wakeSummary: wake === null ? '' : `until ${wake.why}, ${describeInstant(wake.at, subject.timeZone ?? 'UTC')}`,
    isOver,
    details: detailsOf(subject, grants, pairs, sites),
  };
}

function windowOf(grants: readonly GrantRecord[]): AccessPlan['window'] {
  if (grants.length === 0) return null;
  const closings = grants.map(({ grant }) => grant.closesAt);
  return {
    opensAt: Math.min(...grants.map(({ grant }) => grant.opensAt)),
    closesAt: closings.includes(null) ? null : Math.max(...closings.map((closesAt) => closesAt ?? 0)),
  };
}

/** Those whose access is still to open, unless they have some at the site: then Salto knows them. */
function preparation(
  subject: Subject,
  grants: readonly GrantRecord[],
  pairs: readonly PairState[],
  sites: Sites,
  now: number,
): AccessPlan['prepare'] {
  const live = grants.filter(({ grant }) => isOpen(grant));
  if (live.length === 0 || live.some(({ grant }) => grant.opensAt <= now)) return null;
  const opensAt = Math.min(...live.map(({ grant }) => grant.opensAt));
  const known = new Set(pairs.filter(({ desired }) => desired.length > 0).map(pairKey));
  const members = [...new Map(live.map((record) => [pairKey(record), record])).values()]
    .filter((record) => !known.has(pairKey(record)) && sites.state(record.siteId) === 'works')
    .map(({ siteId, memberId }) => ({ siteId, memberId }));
  return members.length === 0 ? null : { at: prepareAt(opensAt, subject.entitlement.id), members };
}

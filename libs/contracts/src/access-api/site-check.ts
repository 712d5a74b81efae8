import { z } from 'zod';
import { pageOf } from '../billing-api/common.ts';
import { instant } from '../values.ts';

/** What is wrong with an access group as such. `group_schedule_restrictive` is allowed, and worth knowing. */
export const groupLintCode = z.enum([
  'group_missing',
  'group_without_schedule',
  'group_without_locks',
  'group_schedule_restrictive',
  'group_with_foreign_members',
]);

export const groupProblem = z.object({ code: groupLintCode, remedy: z.string() });

/** A group in use at the location's site, as the last check saw it. */
export const checkedGroup = z
  .object({
    groupId: z.string(),
    seenAt: instant,
    /** When its schedules and locks were looked at; null before the first time. */
    lintedAt: instant.nullable(),
    /** People in it whom Latchkey did not put there and who are no members. */
    foreignCount: z.int().min(0),
    problems: z.array(groupProblem),
    /** The location's settings that name it. */
    settings: z.array(z.object({ kind: z.enum(['plan', 'resource', 'subscription_item']), id: z.uuid() })),
  })
  .meta({ id: 'CheckedGroup' });
export type CheckedGroup = z.infer<typeof checkedGroup>;

/** Whether what Salto KS holds is what it should, as of the last check of the location's site. */
export const siteCheckBody = z
  .object({
    siteId: z.uuid(),
    /** Null before the first check. */
    checkedAt: instant.nullable(),
    /** Memberships of ours at the site. */
    memberships: z.int().min(0),
    openFindings: z.int().min(0),
    /** Of those, how many wait for a decision. */
    undecided: z.int().min(0),
    groups: z.array(checkedGroup),
  })
  .meta({ id: 'SiteCheck' });
export type SiteCheckBody = z.infer<typeof siteCheckBody>;

export const driftKind = z.enum(['missing', 'left_over', 'unexplained', 'foreign']);
export const driftAction = z.enum(['put_back', 'blocked', 'removing', 'held', 'adopting', 'leaving', 'reported']);

/** What somebody can decide about a finding. */
export const driftDecision = z.enum(['put_back', 'remove', 'adopt', 'leave']);
export type DriftDecision = z.infer<typeof driftDecision>;

/** A difference between what Salto KS holds and what it should, and what was done about it. */
export const driftFindingBody = z
  .object({
    id: z.uuid(),
    groupId: z.string(),
    /** Null for a Salto user who is no member. */
    memberId: z.uuid().nullable(),
    saltoUserId: z.string().nullable(),
    /** `missing`: somebody took the member out. `left_over`: ours, and nothing entitles to it any more. */
    kind: driftKind,
    action: driftAction,
    foundAt: instant,
    seenAt: instant,
    resolvedAt: instant.nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: instant.nullable(),
    /** What may be decided now. */
    decisions: z.array(driftDecision),
  })
  .meta({ id: 'DriftFinding' });
export type DriftFindingBody = z.infer<typeof driftFindingBody>;
export const driftFindingPage = pageOf(driftFindingBody, 'DriftFindingPage');

export const driftDecisionRequest = z
  .strictObject({
    decision: driftDecision,
    findingIds: z.array(z.uuid()).min(1).max(1_000),
  })
  .meta({ id: 'DriftDecisionRequest' });
export type DriftDecisionRequest = z.infer<typeof driftDecisionRequest>;

export const driftDecisionAnswer = z
  .object({
    decided: z.array(z.uuid()),
    /** Resolved meanwhile, of another site, or not a decision for this kind. */
    refused: z.array(z.uuid()),
  })
  .meta({ id: 'DriftDecisionAnswer' });
export type DriftDecisionAnswer = z.infer<typeof driftDecisionAnswer>;

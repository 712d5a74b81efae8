import { z } from 'zod';
import { entitlementKind, grantState, grantStatus, grantWarning } from '../access/grant.ts';
import { pageOf } from '../billing-api/common.ts';
import { instant } from '../values.ts';
import { groupProblem } from './site-check.ts';

/** What is wrong with a grant, and what helps. */
export const grantProblem = z
  .object({
    code: z.string(),
    cause: z.string(),
    remedy: z.string(),
    /** Failed attempts in a row. */
    attempts: z.int().min(0),
    /** Null where it is not tried again by itself. */
    nextAttemptAt: instant.nullable(),
  })
  .meta({ id: 'GrantProblem' });
export type GrantProblem = z.infer<typeof grantProblem>;

/** A member was refused at a door that the grant opens (S11.3): the likely cause, and what helps. No error. */
export const grantWarningBody = grantWarning
  .extend({ cause: z.string(), remedy: z.string() })
  .meta({ id: 'GrantWarning' });

/** One access group that one member has, had or will have, and why. */
export const grantBody = grantState
  .omit({ errorCode: true, nextAttemptAt: true })
  .extend({
    version: z.int().min(1),
    /** The window in wall time at the location, `2026-03-29 11:30 Europe/Paris`; null where its zone is not known. */
    opensLocal: z.string().nullable(),
    closesLocal: z.string().nullable(),
    /** The plans or the resources by which the entitlement gives access. */
    planIds: z.array(z.uuid()),
    resourceIds: z.array(z.uuid()),
    /** When Salto KS was first seen to have it, and when it was due. */
    grantedAt: instant.nullable(),
    dueAt: instant,
    /** Two minutes past `dueAt` without being done (S5.4). */
    isLate: z.boolean(),
    problem: grantProblem.nullable(),
    warnings: z.array(grantWarningBody),
    /** What the last look found wrong with the group as such: who is in it may still open nothing (S12.6). */
    groupProblems: z.array(groupProblem),
    workflowId: z.string(),
    /** The workflow in Temporal UI, where that is known. */
    workflowUrl: z.url().nullable(),
  })
  .meta({ id: 'Grant' });
export type GrantBody = z.infer<typeof grantBody>;
export const grantPage = pageOf(grantBody, 'GrantPage');

/** `current`: all that is not over. */
export const grantStatusFilter = z.union([grantStatus, z.literal('current')]);

/** What an administrator's "retry now" led to, by entitlement. */
export const retryAnswer = z
  .object({
    retried: z.array(
      z.object({
        entitlement: z.object({ kind: entitlementKind, id: z.uuid() }),
        workflowId: z.string(),
        /** `started`: no workflow was running. `nothing_waits`: all is well, or done meanwhile. */
        outcome: z.enum(['retrying', 'started', 'nothing_waits']),
      }),
    ),
  })
  .meta({ id: 'RetryAnswer' });
export type RetryAnswer = z.infer<typeof retryAnswer>;

import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Entitlement } from '@latchkey/access-domain';
import type { AccessPlan, RevisionOutcome } from './activities.ts';

/** Why the workflow should look again. */
export interface Cause {
  /** A short sentence, ids only: "booking moved", "settings of resource 0198… changed". */
  readonly cause: string;
  readonly traceparent?: string;
}

/** The input of every access workflow. It only grows. */
export interface AccessInput {
  readonly version: 1;
  readonly id: string;
  readonly traceparent?: string;
  /** From the run that this one continues: what became of revisions that no planner has been told of yet. */
  readonly unreported?: readonly RevisionOutcome[];
  /** From the run that this one continues: an administrator asked for an attempt that no plan has considered yet. */
  readonly retryNow?: boolean;
}

/** Look again: something that the plan reads has changed. */
export const changedSignal = defineSignal<[Cause]>('changed');

/** Look again: the entitlement was cancelled. It differs from `changed` in the history's story only. */
export const cancelledSignal = defineSignal<[Cause]>('cancelled');

/** Attempt now what waits for its next attempt; refused when nothing waits. */
export const retryNowUpdate = defineUpdate<void, []>('retryNow');

/** The present plan; null before the first. */
export const planQuery = defineQuery<AccessPlan | null>('plan');

/** The workflow's id: one per entitlement, whichever run. */
export function accessWorkflowId(entitlement: Entitlement): string {
  return `${entitlement.kind}-access:${entitlement.id}`;
}

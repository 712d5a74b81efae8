import type { Entitlement, EntitlementKind } from '@latchkey/access-domain';
import { ACCESS_TASK_QUEUE } from './activities.ts';
import { clipSummary } from './clip-summary.ts';
import { accessWorkflowId, cancelledSignal, changedSignal, type AccessInput, type Cause } from './messages.ts';
import * as keys from './search-attributes.ts';

/** The workflow type of each kind of entitlement. */
export const accessWorkflowType = {
  subscription: 'subscriptionAccess',
  booking: 'bookingAccess',
  manual: 'manualAccess',
} as const satisfies Record<EntitlementKind, string>;

/** What the starter knows already, so that operators see it before the first plan. */
export interface StartFacts {
  readonly cause: Cause;
  readonly locationId?: string;
  readonly siteId?: string;
  readonly companyId?: string;
  /** One line for Temporal UI, ids and local times only: "Booking of room 0198…, 2026-03-29 12:00 Europe/Paris". */
  readonly summary?: string;
}

/**
 * Options of `client.workflow.start(accessWorkflowType[kind], …)`. A workflow that runs is left alone, one that ended
 * gets a new run; there are no execution or run time-outs, since those run no code.
 */
export function startOptions(entitlement: Entitlement, { cause, locationId, siteId, companyId, summary }: StartFacts) {
  const staticSummary = clipSummary(summary ?? `${entitlement.kind} ${entitlement.id}`);
  const input: AccessInput = { version: 1, id: entitlement.id, traceparent: cause.traceparent };
  return {
    workflowId: accessWorkflowId(entitlement),
    taskQueue: ACCESS_TASK_QUEUE,
    args: [input] as [AccessInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    // A run that continues another keeps its memo, but not its summary.
    memo: { startedBecause: cause.cause, summary: staticSummary },
    typedSearchAttributes: [
      ...given(keys.EntitlementKind, entitlement.kind),
      ...given(keys.LocationId, locationId),
      ...given(keys.SaltoSiteId, siteId),
      ...given(keys.CompanyId, companyId),
    ],
    staticSummary,
    ...(siteId && { priority: { fairnessKey: siteId.slice(0, 64) } }),
  };
}

/** Options of `client.workflow.signalWithStart(accessWorkflowType[kind], …)`: look again, whether it runs or not. */
export function wakeUpOptions(entitlement: Entitlement, signal: 'changed' | 'cancelled', facts: StartFacts) {
  return {
    ...startOptions(entitlement, facts),
    signal: signal === 'cancelled' ? cancelledSignal : changedSignal,
    signalArgs: [facts.cause] as [Cause],
  };
}

function given<K>(key: K, value: string | undefined): { key: K; value: string }[] {
  return value === undefined ? [] : [{ key, value }];
}

import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import type { Failure, GroupOutcome, RevisionOutcome } from '../activities.ts';

type FailedResult = Extract<RevisionOutcome['result'], { kind: 'failed' }>;

/**
 * What the planner is told of a burst that failed.
 * @param now epoch ms, to turn the adapter's delay into an instant
 */
export function failedResult(error: unknown, now: number): FailedResult {
  const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
  if (cause instanceof ApplicationFailure) {
    const groups = groupOutcomes(cause);
    return { kind: 'failed', failure: failureOf(cause, groups, now), groups };
  }
  // The adapter's worker died, or hung: whether anything was written is known to its own rows only.
  const code = cause instanceof TimeoutFailure ? 'attempt_timed_out' : 'unexpected_error';
  return { kind: 'failed', failure: { code, message: messageOf(cause) }, groups: [] };
}

function failureOf(cause: ApplicationFailure, groups: readonly GroupOutcome[], now: number): Failure {
  const retryAt = retryAtOf(cause, groups, now);
  return {
    code: cause.type ?? 'unexpected_error',
    message: cause.message,
    ...(retryAt !== undefined && { retryAt }),
  };
}

function retryAtOf(cause: ApplicationFailure, groups: readonly GroupOutcome[], now: number): number | undefined {
  // The SDK decodes all of a failure but this.
  const delay = cause.failure?.applicationFailureInfo?.nextRetryDelay;
  if (delay) return now + Number(delay.seconds ?? 0) * 1000 + Math.ceil((delay.nanos ?? 0) / 1e6);
  const instants = groups.flatMap(({ failure }) => failure?.retryAt ?? []);
  return instants.length > 0 ? Math.max(...instants) : undefined;
}

function groupOutcomes({ details }: ApplicationFailure): readonly GroupOutcome[] {
  const first: unknown = details?.[0];
  return Array.isArray(first) ? (first as GroupOutcome[]) : [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

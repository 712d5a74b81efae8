import { ApplicationFailure, TemporalFailure } from '@temporalio/common';

/**
 * An error that says what workflows should make of it. `retry`: `soon` lets the activity's retry policy go on, `later`
 * and `never` end its burst and leave the rest to the workflow.
 */
export interface CodedError extends Error {
  readonly code: string;
  readonly retry?: 'soon' | 'later' | 'never';
  /** Epoch ms before which another attempt is pointless. */
  readonly retryAt?: number;
  readonly details?: readonly unknown[];
}

/**
 * The edge between our errors and Temporal's: workflows match the failure's type, which is our code.
 * Temporal's own failures, and errors without a code (which are retried), pass unchanged.
 */
export function toActivityFailure(error: unknown, now: number): unknown {
  if (!isCoded(error) || error instanceof TemporalFailure) return error;
  const { code, message, retry, retryAt, details } = error;
  return ApplicationFailure.create({
    type: code,
    message,
    cause: error,
    nonRetryable: retry === 'later' || retry === 'never',
    ...(details && { details: [...details] }),
    ...(retryAt !== undefined && { nextRetryDelay: Math.max(0, retryAt - now) }),
  });
}

function isCoded(error: unknown): error is CodedError {
  return error instanceof Error && typeof (error as Partial<CodedError>).code === 'string';
}

import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import { withTraceparent } from '../tracing/trace-context.ts';
import { toActivityFailure } from './activity-failure.ts';

/** Runs each activity in the trace that its input names, and turns our errors into failures that workflows understand. */
export function activityInterceptors({ info }: Context): ActivityInterceptors {
  return {
    inbound: {
      execute: (input, next) =>
        withTraceparent(traceparentOf(input.args[0]), `activity ${info.activityType}`, async () => {
          try {
            return await next(input);
          } catch (error) {
            throw toActivityFailure(error, Date.now());
          }
        }),
    },
  };
}

function traceparentOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || !('traceparent' in input)) return undefined;
  return typeof input.traceparent === 'string' ? input.traceparent : undefined;
}

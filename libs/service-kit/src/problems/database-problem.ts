import type { Problem } from './problem.ts';
import { badRequest, unavailable } from './refusals.ts';

/** What a service says when a named constraint of its own refuses: `{ occupancy_no_overlap: () => conflict(…) }`. */
export type ConstraintProblems = Readonly<Record<string, () => Problem>>;

interface PostgresError {
  code: string;
  constraint?: string;
}

const lostConnection = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** Class 08 is connection exceptions, 57P0x shutdowns, 53300 too many connections, 25P03 an ended idle transaction. */
const unreachable = /^(08...|57P0[1-5]|53300|25P0[34])$/;
/** Class 22 is data exceptions: numbers and dates out of range, characters that text cannot hold. */
const refusedValue = /^22...$/;
/** pg and its pool report a lost connection by message only. */
const lostMessage =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|driver not connected|connection ended/i;

/**
 * The problem behind a PostgreSQL or connection error, or undefined when it is none that callers can act on.
 * Deferrable constraints fail at COMMIT, far from the statement, so this is asked where the answer is written.
 */
export function databaseProblem(error: unknown, constraints: ConstraintProblems = {}): Problem | undefined {
  const { code, constraint } = postgresError(error);
  if (constraint !== undefined && Object.hasOwn(constraints, constraint)) return constraints[constraint]?.();
  if (code === '40001' || code === '40P01' || code === '55P03') {
    return unavailable('try_again', 'Another request changed the same data at the same moment.', 1, error);
  }
  if (refusedValue.test(code)) {
    return badRequest(
      'value_refused',
      'A value is outside of what can be stored (too large, or with a NUL character).',
    );
  }
  if (code === '57014') return unavailable('database_slow', 'The database did not answer in time.', 5, error);
  if (isDatabaseUnavailable(error)) {
    return unavailable('database_unavailable', 'The database cannot be reached.', 2, error);
  }
  return undefined;
}

/** Whether an error means that the database cannot be reached (and not that it refused a statement). */
export function isDatabaseUnavailable(error: unknown): boolean {
  const { code } = postgresError(error);
  if (lostConnection.has(code) || unreachable.test(code)) return true;
  return error instanceof Error && lostMessage.test(error.message);
}

/** The name of the violated constraint, if the error is a violation. */
export function violatedConstraint(error: unknown): string | undefined {
  return postgresError(error).constraint;
}

function postgresError(error: unknown): PostgresError {
  const candidates = [error, (error as { driverError?: unknown } | undefined)?.driverError];
  for (const candidate of candidates) {
    if (typeof candidate !== 'object' || candidate === null) continue;
    const { code, constraint } = candidate as Partial<PostgresError>;
    if (typeof code === 'string') return { code, constraint };
  }
  return { code: '' };
}

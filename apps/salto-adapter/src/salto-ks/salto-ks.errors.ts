import type { FailureCode } from '@latchkey/contracts';

/** `soon`: within the activity's burst; `later`: at the planner's pace; `never`: only a person can cure it. */
export type RetryClass = 'soon' | 'later' | 'never';

/** The codes of the taxonomy that an answer of Salto's, or none, can mean. */
export type SaltoKsErrorCode = Extract<
  FailureCode,
  | 'provider_unavailable'
  | 'rate_limited'
  | 'not_yet_propagated'
  | 'access_token_refused'
  | 'connection_needs_reconnect'
  | 'insufficient_permissions'
  | 'seat_limit_reached'
  | 'user_not_subscribed'
  | 'user_deleted_externally'
  | 'user_blocked'
  | 'user_out_of_reach'
  | 'site_subscription_expired'
  | 'group_missing'
  | 'email_conflict'
  | 'email_missing'
  | 'request_refused'
  | 'unknown_provider_error'
>;

interface Details {
  readonly code: SaltoKsErrorCode;
  readonly retry: RetryClass;
  /** The request may have been sent and no answer tells what became of it. For a write: it may still take effect. */
  readonly isAnswerUnknown?: boolean;
  readonly status?: number;
  readonly saltoCode?: string;
  /** Epoch ms; from `Retry-After`. */
  readonly retryAt?: number;
  readonly cause?: unknown;
}

/** What Salto KS refused, or did not answer. The message carries status and Salto's code, never a name or a token. */
export class SaltoKsError extends Error {
  override readonly name = 'SaltoKsError';
  readonly code: SaltoKsErrorCode;
  readonly retry: RetryClass;
  readonly isAnswerUnknown: boolean;
  readonly status: number | undefined;
  readonly saltoCode: string | undefined;
  readonly retryAt: number | undefined;

  constructor(what: string, details: Details) {
    super(what, { cause: details.cause });
    this.code = details.code;
    this.retry = details.retry;
    this.isAnswerUnknown = details.isAnswerUnknown ?? false;
    this.status = details.status;
    this.saltoCode = details.saltoCode;
    this.retryAt = details.retryAt;
  }
}

/** An answer that is not a success, reduced to what decides. */
export interface Refusal {
  readonly status: number;
  /** `ErrorCode` of the body: a number or a string, and at times inside a 2xx. */
  readonly saltoCode?: string;
  /** Epoch ms. */
  readonly retryAt?: number;
}

/**
 * The one place where Salto's answers become our codes.
 * @param operation for the message: `add to group`
 * @param notFound what a 404 without a better code means for this operation
 */
export function errorOf(operation: string, refusal: Refusal, notFound: SaltoKsErrorCode): SaltoKsError {
  const { status, saltoCode, retryAt } = refusal;
  const salto = saltoCode === undefined ? '' : `, Salto code ${saltoCode}`;
  return new SaltoKsError(`${operation}: HTTP ${status}${salto}`, {
    ...meaningOf(refusal, notFound),
    status,
    saltoCode,
    retryAt,
  });
}

/** The status that Salto gives these codes: an error body inside a 2xx says what it is by its code alone. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = { 1100: 400, 1101: 400, 1102: 400, 2202: 404, 2203: 403 };

// eslint-disable-next-line complexity -- a flat table; cut up it would be harder to check against Salto's
function meaningOf({ status, saltoCode = '' }: Refusal, notFound: SaltoKsErrorCode): Details {
  switch (status < 300 ? (STATUS_OF_CODE[saltoCode] ?? status) : status) {
    case 401:
      return { code: 'access_token_refused', retry: 'soon' };
    case 403:
      // 2203 is about this one user; any other 403 is about our own account's role.
      return saltoCode === '2203'
        ? { code: 'user_out_of_reach', retry: 'never' }
        : { code: 'insufficient_permissions', retry: 'later' };
    case 404:
      return { code: saltoCode === '2202' ? 'user_deleted_externally' : notFound, retry: 'never' };
    case 429:
      return { code: 'rate_limited', retry: 'soon' };
    case 503:
      // By its meaning the request was turned away; every other 5xx may hide a write that was done.
      return { code: 'provider_unavailable', retry: 'soon' };
    case 400:
    case 405:
    case 409:
    case 415:
    case 422:
      return { code: 'request_refused', retry: 'never' };
    case 408:
    case 500:
    case 502:
    case 504:
      return { code: 'provider_unavailable', retry: 'soon', isAnswerUnknown: true };
    default:
      return { code: 'unknown_provider_error', retry: 'later', isAnswerUnknown: status < 300 || status >= 500 };
  }
}

/** A revocation does not wait for longer, whatever a header says. */
const LONGEST_PAUSE_MS = 60 * 60_000;

/** `Retry-After` in seconds or as an HTTP date → epoch ms, an hour from now at the most. */
export function retryAtOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const at = /^\d+$/.test(header.trim()) ? now + Number(header) * 1_000 : Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(at, now), now + LONGEST_PAUSE_MS);
}

/** Codes that say that nothing was sent: undici's and Node's for names, connections and TLS. */
const NOT_SENT = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** No answer at all: a time-out, a broken connection, or never a connection. */
export function noAnswer(operation: string, cause: unknown): SaltoKsError {
  const code = errnoOf(cause);
  return new SaltoKsError(`${operation}: no answer (${code})`, {
    code: 'provider_unavailable',
    retry: 'soon',
    isAnswerUnknown: !NOT_SENT.has(code),
    cause,
  });
}

function errnoOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return cause.name === 'TimeoutError' ? 'time-out' : cause.name;
}

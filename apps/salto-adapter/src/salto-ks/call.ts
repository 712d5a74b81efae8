import { currentTraceparent, logger, metrics } from '@latchkey/service-kit';
import { request, type Dispatcher } from 'undici';
import type { z } from 'zod';
import { jsonOf } from './json.ts';
import { errorBody } from './salto-ks.schemas.ts';
import { errorOf, noAnswer, retryAtOf, SaltoKsError, type SaltoKsErrorCode } from './salto-ks.errors.ts';

/** One attempt at one operation. There are no retries here: Temporal is the only layer that repeats. */
export interface Call<Answer> {
  /** For messages and metrics: `add to group`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Without it the body of a success is not looked at. */
  readonly answer?: z.ZodType<Answer>;
  readonly notFound?: SaltoKsErrorCode;
  /**
   * Runs when nothing but the request itself is left to do. Its time counts against the deadline, so that a process that
   * stalls between recording a write and sending it does not send it long afterwards.
   */
  readonly beforeSend?: () => Promise<void>;
}

/** Sends one authorised call within the connection's budget; what a connection gives its client. */
export type Sender = <Answer>(call: Call<Answer>) => Promise<Answer>;

const log = logger('salto-ks');
const calls = () => metrics.counter('salto_calls_total', 'Calls to Salto KS', ['operation', 'outcome']);
const durations = () => metrics.histogram('salto_call_duration_seconds', 'Until Salto KS answered', ['operation']);

/**
 * Sends the call.
 * @param deadlineMs for everything: `beforeSend`, connecting, and the whole answer
 * @throws SaltoKsError
 */
export async function send<Answer>(call: Call<Answer>, dispatcher: Dispatcher, deadlineMs: number): Promise<Answer> {
  const beganAt = performance.now();
  let outcome = 'ok';
  try {
    await call.beforeSend?.();
    const leftMs = beganAt + deadlineMs - performance.now();
    if (leftMs <= 0) throw notSentInTime(call.operation);
    return await exchange(call, dispatcher, leftMs);
  } catch (error) {
    outcome = error instanceof SaltoKsError ? error.code : 'not_sent';
    throw error;
  } finally {
    const { operation } = call;
    const durationMs = performance.now() - beganAt;
    calls().inc({ operation, outcome });
    durations().observe({ operation }, durationMs / 1_000);
    log.info({ operation, outcome, durationMs: Math.round(durationMs) }, 'Salto KS was called');
  }
}

async function exchange<Answer>(call: Call<Answer>, dispatcher: Dispatcher, leftMs: number): Promise<Answer> {
  const { status, retryAfter, text } = await roundTrip(call, dispatcher, leftMs);
  const body = jsonOf(text);
  const refused = errorBody.safeParse(body);
  if (status >= 300 || refused.success) {
    const saltoCode = refused.data?.ErrorCode;
    const refusal = { status, saltoCode, retryAt: retryAtOf(retryAfter, Date.now()) };
    throw errorOf(call.operation, refusal, call.notFound ?? 'unknown_provider_error');
  }
  if (call.answer === undefined) return undefined as Answer;
  const parsed = call.answer.safeParse(body);
  if (parsed.success) return parsed.data;
  // Done, but we cannot read what: the caller has to look.
  throw new SaltoKsError(`${call.operation}: HTTP ${status} with an unexpected body`, {
    code: 'unknown_provider_error',
    retry: 'later',
    isAnswerUnknown: true,
    status,
    cause: parsed.error,
  });
}

async function roundTrip(call: Call<unknown>, dispatcher: Dispatcher, leftMs: number) {
  const traceparent = currentTraceparent();
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers };
  if (traceparent !== undefined) headers['traceparent'] = traceparent;
  if (call.body !== undefined) headers['content-type'] ??= 'application/json';
  try {
    const response = await request(call.url, {
      dispatcher,
      method: call.method,
      headers,
      body: typeof call.body === 'string' || call.body === undefined ? call.body : JSON.stringify(call.body),
      signal: AbortSignal.timeout(Math.ceil(leftMs)),
    });
    const retryAfter = response.headers['retry-after'];
    return {
      status: response.statusCode,
      retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      text: await response.body.text(),
    };
  } catch (cause) {
    throw noAnswer(call.operation, cause);
  }
}

function notSentInTime(operation: string): SaltoKsError {
  return new SaltoKsError(`${operation}: not sent, the process stalled`, {
    code: 'provider_unavailable',
    retry: 'soon',
  });
}

import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { noAnswer, SaltoKsError } from './salto-ks.errors.ts';

/**
 * The one place where what the identity server says, or does not, becomes our codes. Of the library's error only a
 * status and a code are kept: its causes hold answers, and those hold tokens.
 * @param operation for the message: `refresh token`
 */
export function identityErrorOf(operation: string, error: unknown): SaltoKsError {
  if (error instanceof ResponseBodyError) return refusal(operation, error.status, error.error);
  if (error instanceof WWWAuthenticateChallengeError) return refusal(operation, error.status, 'unauthorized');
  if (error instanceof ClientError) {
    if (error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT') return noAnswer(operation, error);
    return refusal(operation, statusOf(error.cause), error.code ?? 'unexpected answer');
  }
  // fetch: what happened to the connection is the cause of its TypeError.
  if (error instanceof TypeError) return noAnswer(operation, error.cause ?? error);
  return refusal(operation, undefined, 'unexpected error');
}

function refusal(operation: string, status: number | undefined, reason: string): SaltoKsError {
  const code = /^[\w -]{1,60}$/.test(reason) ? reason : 'unexpected answer';
  const what = `${operation}: ${status === undefined ? '' : `HTTP ${status}, `}${code}`;
  const details = status === undefined ? {} : { status };
  if (code === 'invalid_grant') {
    return new SaltoKsError(what, { code: 'connection_needs_reconnect', retry: 'later', ...details });
  }
  if (status === 429 || (status ?? 0) >= 500 || code === 'temporarily_unavailable') {
    return new SaltoKsError(what, { code: 'provider_unavailable', retry: 'soon', ...details });
  }
  return new SaltoKsError(what, { code: 'unknown_provider_error', retry: 'later', ...details });
}

/** Of a response, whichever class it is of: undici's is not the global one. */
function statusOf(cause: unknown): number | undefined {
  const { status } = (cause ?? {}) as { status?: unknown };
  return typeof status === 'number' ? status : undefined;
}

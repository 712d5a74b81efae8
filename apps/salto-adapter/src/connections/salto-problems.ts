import { conflict, unavailable, type Problem } from '@latchkey/service-kit';
import { AttemptError } from '../access/failures.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';

const RETRY_AFTER_SECONDS = 30;

/**
 * What was asked of Salto for somebody who waits for the answer.
 * @throws Problem 503 `salto_unavailable`, or 409 with the state of a connection that does not work
 */
export async function askingSalto<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SaltoKsError) throw ofSalto(error);
    throw error instanceof AttemptError ? ofConnection(error) : error;
  }
}

function ofSalto(error: SaltoKsError): Problem {
  const detail = `Salto KS did not answer as expected (${error.message}).`;
  return unavailable('salto_unavailable', detail, RETRY_AFTER_SECONDS, error);
}

function ofConnection({ code, message }: AttemptError): Problem {
  return conflict(code, `Nothing can be asked of Salto KS: ${message}.`, 'See the state of the connection.');
}

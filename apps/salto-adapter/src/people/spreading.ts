import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SaltoUser } from './user-rows.ts';

/** A new user is unknown to parts of Salto for up to a minute: refusals in this time are taken for that. */
const SPREADING_MS = 2 * 60_000;

/** The failure; where it is about a user that we have just created, as the passing one that it is then. */
export function unlessSpreading<Failure extends { readonly code: string; readonly message: string }>(
  failure: Failure,
  { origin, linkedAt }: Pick<SaltoUser, 'origin' | 'linkedAt'>,
  now: number,
): Failure | SaltoKsError {
  const isAboutUser = failure.code === 'user_deleted_externally' || failure.code === 'user_out_of_reach';
  const isNew = origin === 'created' && now - linkedAt < SPREADING_MS;
  if (!isAboutUser || !isNew) return failure;
  return new SaltoKsError(`${failure.message} (the user is new)`, {
    code: 'not_yet_propagated',
    retry: 'soon',
    cause: failure,
  });
}

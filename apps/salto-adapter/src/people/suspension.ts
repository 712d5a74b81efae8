import { asDoorFailure } from '../access/failures.ts';
import type { PairSession } from '../access/pair-lock.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { unlessSpreading } from './spreading.ts';
import { updateUser, type SaltoUser } from './user-rows.ts';

/**
 * Takes a user's seat away. That it has none is recorded first: whoever opens a door next asks for one, and reads it
 * back. Until an answer is there the seat may still go.
 * @throws SaltoKsError
 */
export async function suspendUser(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<SaltoUser> {
  const gone = { hasSeat: false, checkedAt: null, seatWantedAt: null, seatUnsureAt: null };
  try {
    await site.suspend(user.siteUserId, async () => {
      await updateUser(session, user, { hasSeat: false, checkedAt: null, seatUnsureAt: session.now() });
    });
  } catch (error) {
    const failure = unlessSpreading(asDoorFailure(error), user, session.now());
    if (failure.code === 'user_deleted_externally') return updateUser(session, user, gone);
    const isUnknown = failure instanceof SaltoKsError && failure.isAnswerUnknown;
    // Refused: all is as it was.
    if (!isUnknown) await updateUser(session, user, { hasSeat: user.hasSeat, seatUnsureAt: user.seatUnsureAt });
    throw failure;
  }
  return updateUser(session, user, gone);
}

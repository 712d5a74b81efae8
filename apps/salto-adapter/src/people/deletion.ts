import { asDoorFailure } from '../access/failures.ts';
import type { PairSession } from '../access/pair-lock.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { unlessSpreading } from './spreading.ts';
import { forgetUser, hasUnsettledWrites, updateUser, type SaltoUser } from './user-rows.ts';

/**
 * Deletes a user that we created, and forgets it when Salto no longer knows it, which takes it some seconds. A deletion
 * that has begun is never taken back: one without an answer may still take effect.
 * @returns whether it is gone
 * @throws SaltoKsError
 */
export async function deleteUser(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<boolean> {
  try {
    await site.deleteUser(user.siteUserId, async () => {
      await updateUser(session, user, { deletingAt: user.deletingAt ?? session.now() });
    });
    await site.user(user.siteUserId);
    return false;
  } catch (error) {
    const failure = unlessSpreading(asDoorFailure(error), user, session.now());
    if (failure.code !== 'user_deleted_externally') throw failure;
    await forgetUser(session);
    return true;
  }
}

/**
 * Forgets a user of which Salto says that there is none; anything else it says changes nothing. Not while a write may
 * still take effect: the next user may have the same platform id.
 */
export async function forgetIfDeleted(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<void> {
  if (await hasUnsettledWrites(session)) return;
  try {
    await site.user(user.siteUserId);
  } catch (error) {
    const failure = unlessSpreading(asDoorFailure(error), user, session.now());
    if (failure.code === 'user_deleted_externally') await forgetUser(session);
  }
}

import { asDoorFailure, AttemptError } from '../access/failures.ts';
import { VERIFY_AFTER_MS } from '../access/intents.ts';
import type { PairSession } from '../access/pair-lock.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { Contact, Contacts } from './contacts.ts';
import { unlessSpreading } from './spreading.ts';
import { updateUser, type SaltoUser } from './user-rows.ts';

/**
 * Writes the member's newest name and e-mail to a user that we created. After a change without an answer nothing is
 * written for a minute: it would still take effect after the newer one.
 * @throws SaltoKsError, among them `email_conflict`; AttemptError
 */
export async function changeContact(
  session: PairSession,
  site: SaltoKsSite,
  user: SaltoUser,
  contacts: Contacts,
): Promise<void> {
  const sureAt = (user.contactUnsureAt ?? -Infinity) + VERIFY_AFTER_MS;
  if (session.now() < sureAt) {
    throw new AttemptError('provider_unavailable', 'later', 'changing the user got no answer', { retryAt: sureAt });
  }
  const contact = await contacts.of(session.pair.memberId);
  if (contact.version <= user.contactVersion) {
    throw new AttemptError('person_unavailable', 'later', 'the newer name is not to be had yet');
  }
  try {
    await site.changeUser(user.siteUserId, contact, async () => {
      await updateUser(session, user, { contactUnsureAt: session.now() });
    });
  } catch (error) {
    const failure = unlessSpreading(asDoorFailure(error), user, session.now());
    if (failure instanceof SaltoKsError && failure.isAnswerUnknown) throw failure;
    await updateUser(session, user, { contactUnsureAt: null });
    throw failure.code === 'request_refused' ? await reasonOf(failure, site, user, contact) : failure;
  }
  await updateUser(session, user, { contactUnsureAt: null, contactVersion: contact.version });
}

/** Salto does not say what it refuses: mostly an e-mail that another user of the site has. */
async function reasonOf(refusal: Error, site: SaltoKsSite, user: SaltoUser, { email }: Contact): Promise<Error> {
  const holder = email === null ? undefined : await site.userByEmail(email);
  if (holder === undefined || holder.id === user.siteUserId) return refusal;
  return new SaltoKsError('another user of the site has the new e-mail', {
    code: 'email_conflict',
    retry: 'never',
    cause: refusal,
  });
}

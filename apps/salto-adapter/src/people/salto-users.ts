import type { PairSession } from '../access/pair-lock.ts';
import { VERIFY_AFTER_MS } from '../access/intents.ts';
import { AttemptError } from '../access/failures.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import type { Contact, Contacts } from './contacts.ts';
import {
  deleteCreation,
  readCreation,
  readUser,
  saveCreation,
  saveSeat,
  saveUser,
  type SaltoUser,
} from './user-rows.ts';

export type { SaltoUser } from './user-rows.ts';

/** Above these a user may administer the site: linking one would let us remove an administrator. */
const LINKABLE_ROLES = new Set(['site_user', 'site_guest']);
const ROLE_OF_MEMBERS = 'site_user';

/** Which Salto user a member is at a site. Runs under the pair's lock; every record goes through its session. */
export class SaltoUsers {
  readonly #contacts: Contacts;

  constructor(contacts: Contacts) {
    this.#contacts = contacts;
  }

  linked(session: PairSession): Promise<SaltoUser | undefined> {
    return readUser(session);
  }

  /**
   * Finds the member's user by its e-mail, or creates it; the user has a seat.
   * @throws SaltoKsError, AttemptError
   */
  async link(session: PairSession, site: SaltoKsSite): Promise<SaltoUser> {
    const contact = await this.#contacts.of(session.pair.memberId);
    if (contact.email === null) {
      throw new SaltoKsError('the member has no e-mail address', { code: 'email_missing', retry: 'never' });
    }
    const found = await site.userByEmail(contact.email);
    const user = found
      ? await this.#linkFound(session, found, contact)
      : await this.#create(session, site, { ...contact, email: contact.email });
    return this.withSeat(session, site, user);
  }

  /**
   * A full site makes a user without a seat, and says so nowhere else. One of ours asks again each time.
   * @throws SaltoKsError `seat_limit_reached`, or `user_not_subscribed` for a user that is not ours to change (S5.5)
   */
  async withSeat(session: PairSession, site: SaltoKsSite, user: SaltoUser): Promise<SaltoUser> {
    if (user.hasSeat) return user;
    if (user.origin === 'created') await site.subscribe(user.siteUserId);
    const { subscription_state: state } = await site.user(user.siteUserId);
    if (state !== 'suspended') return saveSeat(session, user);
    throw user.origin === 'created'
      ? new SaltoKsError('the site has no free seat', { code: 'seat_limit_reached', retry: 'later' })
      : new SaltoKsError('the linked user is suspended', { code: 'user_not_subscribed', retry: 'never' });
  }

  async #linkFound(session: PairSession, found: SiteUserAnswer, contact: Contact): Promise<SaltoUser> {
    const creation = await readCreation(session);
    // Nobody had this e-mail before we began to create: the answer was lost, the user is ours.
    const isOurs = creation?.contactVersion === contact.version;
    if (!isOurs) requireLinkable(found, contact);
    const linkedAt = isOurs ? creation.writtenAt : session.now();
    return saveUser(session, userOf(found, isOurs ? 'created' : 'linked', linkedAt));
  }

  async #create(session: PairSession, site: SaltoKsSite, contact: Contact & { email: string }): Promise<SaltoUser> {
    const earlier = await readCreation(session);
    const settledAt = (earlier?.writtenAt ?? 0) + VERIFY_AFTER_MS;
    if (earlier?.isOutstanding && session.now() < settledAt) {
      // The user may still appear; a second one would have the same e-mail.
      throw new AttemptError('provider_unavailable', 'soon', 'creating the user got no answer', { retryAt: settledAt });
    }
    const role = (await site.roles()).find(({ code }) => code === ROLE_OF_MEMBERS);
    if (role === undefined) {
      throw new SaltoKsError('the site has no role for users', { code: 'unknown_provider_error', retry: 'later' });
    }
    const { givenName, familyName, email, version } = contact;
    const begin = () => saveCreation(session, version);
    try {
      const created = await site.createUser({ givenName, familyName, email, roleId: role.id }, begin);
      return await saveUser(session, userOf(created, 'created', session.now()));
    } catch (error) {
      if (error instanceof SaltoKsError && !error.isAnswerUnknown) await deleteCreation(session);
      throw error;
    }
  }
}

/** A user that we did not make is the member's only by an e-mail that the member has proved to own. */
function requireLinkable(found: SiteUserAnswer, { isEmailVerified }: Contact): void {
  if (found.roles.length === 0) {
    throw new SaltoKsError('the user has no roles yet', { code: 'not_yet_propagated', retry: 'soon' });
  }
  if (isEmailVerified && found.roles.every(({ code }) => LINKABLE_ROLES.has(code))) return;
  const why = isEmailVerified ? 'has a role above user' : 'is not proved to be the member';
  throw new SaltoKsError(`a user of the site has the same e-mail and ${why}`, {
    code: 'email_conflict',
    retry: 'never',
  });
}

function userOf(answer: SiteUserAnswer, origin: SaltoUser['origin'], linkedAt: number): SaltoUser {
  return {
    siteUserId: answer.id,
    platformId: answer.user.id,
    origin,
    hasSeat: answer.subscription_state !== 'suspended',
    linkedAt,
  };
}

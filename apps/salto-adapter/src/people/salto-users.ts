import type { PairSession } from '../access/pair-lock.ts';
import { AttemptError } from '../access/failures.ts';
import type { Sealer } from '../encryption/sealer.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import type { Contact, Contacts } from './contacts.ts';
import { deleteUser, forgetIfDeleted } from './deletion.ts';
import { fitUser, isFit } from './fitness.ts';
import { isTaken, proposeLink } from './link-proposal-rows.ts';
import { findLost } from './lost-links.ts';
import { LINKABLE_ROLES, ROLE_OF_MEMBERS, rolesOf } from './roles.ts';
import { isSameEmail, settledAt, UserCreations, type UserCreation } from './user-creations.ts';
import { readUser, saveUser, type NewLink, type SaltoUser } from './user-rows.ts';

export { LINKABLE_ROLES } from './roles.ts';
export type { SaltoUser } from './user-rows.ts';

type Reachable = Contact & { readonly email: string };

/** Which Salto user a member is at a site. Runs under the pair's lock; every record goes through its session. */
export class SaltoUsers {
  readonly #contacts: Contacts;
  readonly #sealer: Sealer;
  readonly #creations: UserCreations;

  constructor(contacts: Contacts, sealer: Sealer) {
    this.#contacts = contacts;
    this.#sealer = sealer;
    this.#creations = new UserCreations(sealer);
  }

  linked(session: PairSession): Promise<SaltoUser | undefined> {
    return readUser(session);
  }

  /**
   * The user of a member who is known to be in these groups by us, linked again if this database has forgotten it. As one
   * that was there before us: whether we made it is forgotten too, and only what we made may be suspended or deleted.
   * @throws as `findLost`
   */
  async recovered(
    session: PairSession,
    site: SaltoKsSite,
    groupIds: readonly string[],
  ): Promise<SaltoUser | undefined> {
    const lost = await findLost(session, site, this.#contacts, groupIds);
    if (lost === undefined) return undefined;
    const now = session.now();
    return saveUser(session, { ...linkTo(lost, now, 0), origin: 'linked', linkedAt: now });
  }

  /**
   * The member's user, fit to open doors: the one that is linked, one found by its e-mail, or a new one.
   * @throws SaltoKsError, AttemptError
   */
  async ready(session: PairSession, site: SaltoKsSite): Promise<SaltoUser> {
    const known = await readUser(session);
    if (known !== undefined && known.deletingAt === null) return fitUser(session, site, known);
    if (known !== undefined && !(await deleteUser(session, site, known))) {
      throw new SaltoKsError('the user is being deleted, a new one follows', {
        code: 'not_yet_propagated',
        retry: 'soon',
      });
    }
    return fitUser(session, site, await this.#link(session, site));
  }

  /**
   * An administrator wants what is blocked to be tried again: a user that somebody deleted in Salto is let go, so that
   * another takes its place. Nothing else lets a link go.
   */
  async letGoIfDeleted(session: PairSession, site: SaltoKsSite): Promise<void> {
    const known = await readUser(session);
    if (known !== undefined) await forgetIfDeleted(session, site, known);
  }

  /** The member's creation that has no answer. */
  creation(session: PairSession): Promise<UserCreation | undefined> {
    return this.#creations.read(session);
  }

  /**
   * What became of a creation without an answer, by the e-mail that it was sent with: the member may have another by now.
   * @returns its user, now the member's; undefined when it has made none
   * @throws AttemptError while the user may still appear; SaltoKsError
   */
  async settle(session: PairSession, site: SaltoKsSite, creation: UserCreation): Promise<SaltoUser | undefined> {
    const found = await site.userByEmail(creation.email);
    if (found !== undefined) return this.#ownIfMade(session, found, creation);
    const retryAt = settledAt(creation);
    if (session.now() < retryAt) {
      throw new AttemptError('provider_unavailable', 'soon', 'creating the user got no answer', { retryAt });
    }
    await this.#creations.forget(session);
    return undefined;
  }

  async #link(session: PairSession, site: SaltoKsSite): Promise<SaltoUser> {
    const contact = await this.#contacts.of(session.pair.memberId);
    const creation = await this.creation(session);
    const made = creation && (await this.settle(session, site, creation));
    if (made !== undefined) return made;
    const { email } = contact;
    if (email === null) {
      throw new SaltoKsError('the member has no e-mail address', { code: 'email_missing', retry: 'never' });
    }
    const found = await site.userByEmail(email);
    if (found === undefined) return this.#create(session, site, { ...contact, email }, creation);
    return this.#linkFound(session, found, contact, creation);
  }

  async #linkFound(
    session: PairSession,
    found: SiteUserAnswer,
    contact: Contact,
    creation: UserCreation | undefined,
  ): Promise<SaltoUser> {
    const made = creation && (await this.#ownIfMade(session, found, creation));
    return made ?? this.#linkForeign(session, found, contact);
  }

  async #ownIfMade(
    session: PairSession,
    found: SiteUserAnswer,
    creation: UserCreation,
  ): Promise<SaltoUser | undefined> {
    if (await this.#creations.hasMade(session, creation, found)) {
      return own(session, found, creation.contactVersion, creation.writtenAt);
    }
    await this.#creations.forget(session);
    return undefined;
  }

  async #linkForeign(session: PairSession, found: SiteUserAnswer, contact: Contact): Promise<SaltoUser> {
    requireLinkable(found, contact);
    if (await isTaken(session, found.id)) throw emailConflict('belongs to another member');
    const decision = await proposeLink(session, this.#sealer, found);
    if (decision === null) throw emailConflict('waits for an administrator to confirm that it is the member');
    if (decision === 'refuse') throw emailConflict('is not the member, as an administrator has decided');
    const now = session.now();
    return saveUser(session, { ...linkTo(found, now, contact.version), origin: 'linked', linkedAt: now });
  }

  async #create(
    session: PairSession,
    site: SaltoKsSite,
    contact: Reachable,
    earlier: UserCreation | undefined,
  ): Promise<SaltoUser> {
    const role = (await site.roles()).find(({ code }) => code === ROLE_OF_MEMBERS);
    if (role === undefined) {
      throw new SaltoKsError('the site has no role for users', { code: 'unknown_provider_error', retry: 'later' });
    }
    const { givenName, familyName, email, version } = contact;
    try {
      const created = await site.createUser({ givenName, familyName, email, roleId: role.id }, () =>
        this.#creations.save(session, { email, contactVersion: version, writtenAt: session.now() }),
      );
      return await own(session, created, version, session.now());
    } catch (error) {
      if (!(error instanceof SaltoKsError) || error.isAnswerUnknown) throw error;
      return this.#linkRefused(session, site, contact, { refusal: error, earlier });
    }
  }

  /**
   * Nobody was created. Salto does not say why: somebody may have the e-mail since our look, also by an earlier request
   * of ours that landed late.
   */
  async #linkRefused(
    session: PairSession,
    site: SaltoKsSite,
    contact: Reachable,
    { refusal, earlier }: { refusal: SaltoKsError; earlier: UserCreation | undefined },
  ): Promise<SaltoUser> {
    const mayHaveLanded = earlier !== undefined && isSameEmail(earlier.email, contact.email);
    // First, so that a crash from here on makes us propose what might be ours, never own what might be another's.
    await (mayHaveLanded ? this.#creations.save(session, earlier) : this.#creations.forget(session));
    if (refusal.code !== 'request_refused') throw refusal;
    const found = await site.userByEmail(contact.email);
    if (found === undefined) throw refusal;
    return this.#linkFound(session, found, contact, mayHaveLanded ? earlier : undefined);
  }
}

function own(session: PairSession, answer: SiteUserAnswer, version: number, createdAt: number): Promise<SaltoUser> {
  return saveUser(session, { ...linkTo(answer, session.now(), version), origin: 'created', linkedAt: createdAt });
}

/** A user that we did not make is the member's only by an e-mail that the member has proved to own. */
function requireLinkable(found: SiteUserAnswer, { isEmailVerified }: Contact): void {
  const roles = rolesOf(found);
  if (!isEmailVerified) throw emailConflict('is not proved to be the member');
  if (!roles.every(({ code }) => LINKABLE_ROLES.has(code))) throw emailConflict('has a role above user');
}

function emailConflict(why: string): SaltoKsError {
  return new SaltoKsError(`a user of the site has the same e-mail and ${why}`, {
    code: 'email_conflict',
    retry: 'never',
  });
}

export function linkTo(
  answer: SiteUserAnswer,
  now: number,
  contactVersion: number,
): Omit<NewLink, 'origin' | 'linkedAt'> {
  return {
    siteUserId: answer.id,
    platformId: answer.user.id,
    hasSeat: answer.subscription_state !== 'suspended',
    checkedAt: isFit(answer) ? now : null,
    contactVersion,
  };
}

import type { PairSession } from '../access/pair-lock.ts';
import { VERIFY_AFTER_MS } from '../access/intents.ts';
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
import {
  deleteCreation,
  readCreation,
  readUser,
  saveCreation,
  saveUser,
  type NewLink,
  type SaltoUser,
  type UserCreation,
} from './user-rows.ts';

export type { SaltoUser } from './user-rows.ts';

/** Above these a user may administer the site: linking one would let us remove an administrator. */
export const LINKABLE_ROLES = new Set(['site_user', 'site_guest']);
const ROLE_OF_MEMBERS = 'site_user';
/** How long Salto may give no answer, and a user that appears be taken for ours: outages last hours, mostly. */
const LONGEST_CREATION_MS = 24 * 60 * 60_000;

type Reachable = Contact & { readonly email: string };

/** Which Salto user a member is at a site. Runs under the pair's lock; every record goes through its session. */
export class SaltoUsers {
  readonly #contacts: Contacts;
  readonly #sealer: Sealer;

  constructor(contacts: Contacts, sealer: Sealer) {
    this.#contacts = contacts;
    this.#sealer = sealer;
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

  async #link(session: PairSession, site: SaltoKsSite): Promise<SaltoUser> {
    const contact = await this.#contacts.of(session.pair.memberId);
    const { email } = contact;
    if (email === null) {
      throw new SaltoKsError('the member has no e-mail address', { code: 'email_missing', retry: 'never' });
    }
    const creation = await readCreation(session);
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
    if (creation !== undefined && isMade(found, contact, creation, session.now())) {
      return this.#own(session, found, contact, creation.writtenAt);
    }
    await deleteCreation(session);
    return this.#linkForeign(session, found, contact);
  }

  #own(session: PairSession, answer: SiteUserAnswer, { version }: Contact, createdAt: number): Promise<SaltoUser> {
    return saveUser(session, { ...linkTo(answer, session.now(), version), origin: 'created', linkedAt: createdAt });
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
    try {
      const created = await site.createUser({ givenName, familyName, email, roleId: role.id }, () =>
        saveCreation(session, version),
      );
      return await this.#own(session, created, contact, session.now());
    } catch (error) {
      if (!(error instanceof SaltoKsError) || error.isAnswerUnknown) throw error;
      // First, so that a crash from here on makes us propose what might be ours, never own what might be another's.
      await deleteCreation(session);
      if (error.code !== 'request_refused') throw error;
      return this.#linkRefused(session, site, contact, { refusal: error, earlier });
    }
  }

  /** Salto does not say why it refuses a new user: it may have the e-mail since our look, also from us. */
  async #linkRefused(
    session: PairSession,
    site: SaltoKsSite,
    contact: Reachable,
    { refusal, earlier }: { refusal: SaltoKsError; earlier: UserCreation | undefined },
  ): Promise<SaltoUser> {
    const found = await site.userByEmail(contact.email);
    if (found === undefined) throw refusal;
    return this.#linkFound(session, found, contact, earlier);
  }
}

/**
 * Whether a creation that got no answer has made this user: nobody had the e-mail before. Not where somebody else may
 * have made it since, whom we would rename and delete (S5.5).
 * @throws SaltoKsError `not_yet_propagated` while the user shows no roles
 */
function isMade(found: SiteUserAnswer, { version }: Contact, creation: UserCreation, now: number): boolean {
  if (creation.contactVersion !== version || now - creation.writtenAt >= LONGEST_CREATION_MS) return false;
  return rolesOf(found).every(({ code }) => code === ROLE_OF_MEMBERS);
}

/** @throws SaltoKsError `not_yet_propagated` while the user shows none, as new ones do: nobody can tell whose it is */
function rolesOf({ roles }: SiteUserAnswer): SiteUserAnswer['roles'] {
  if (roles.length > 0) return roles;
  throw new SaltoKsError('the user has no roles yet', { code: 'not_yet_propagated', retry: 'soon' });
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

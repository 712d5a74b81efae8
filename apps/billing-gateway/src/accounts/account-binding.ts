import { Problem, conflict, forbidden, notFound, type UnboundCaller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { withContact } from '../people/person-contact.ts';
import { PersonEntity } from '../people/person.entity.ts';
import { PersonRepository } from '../people/person.repository.ts';
import { AccountEntity } from './account.entity.ts';
import { InvitationEntity } from './invitation.entity.ts';
import { hashOfToken } from './invitation-token.ts';

/** Makes a sign-in a person's own, once and for all (S10.2). */
@Injectable()
export class AccountBinding {
  constructor(private readonly people: PersonRepository) {}

  /** By an invitation, which then works no more. @throws Problem 404 `invitation_invalid` */
  async bindByInvitation(em: EntityManager, caller: UnboundCaller, token: string, now: number): Promise<PersonEntity> {
    const tokenSha256 = hashOfToken(token);
    const invitation = await em.findOneBy(InvitationEntity, { tokenSha256 });
    if (invitation === null || invitation.expiresAt <= now) throw invitationInvalid();
    const person = await this.people.lock(em, invitation.personId);
    // Only under the person's lock is it certain that nobody used or replaced it meanwhile.
    const { affected } = await em.delete(InvitationEntity, { tokenSha256 });
    if (affected !== 1) throw invitationInvalid();
    return this.#bind(em, caller, person, now);
  }

  /** By an e-mail that the issuer has verified. @throws Problem 403 `email_not_verified`, 404 `person_not_found` */
  async bindByEmail(em: EntityManager, caller: UnboundCaller, now: number): Promise<PersonEntity> {
    const { email, emailVerified } = caller;
    if (email === undefined || !emailVerified) {
      const detail = 'Your issuer does not say that your e-mail is verified.';
      throw forbidden('email_not_verified', detail, 'Verify it there and sign in again, or use an invitation.');
    }
    const found = await em
      .createQueryBuilder(PersonEntity, 'person')
      .where('lower(person.email) = lower(:email)', { email })
      .getOne();
    if (found === null) throw notFound('person', 'with your e-mail');
    const person = await this.people.lock(em, found.id);
    if (!isAddressOf(person, email)) throw notFound('person', 'with your e-mail');
    return this.#bind(em, caller, person, now);
  }

  async #bind(em: EntityManager, caller: UnboundCaller, person: PersonEntity, now: number): Promise<PersonEntity> {
    const { iss: issuer, sub: subject } = caller.account;
    await em.insert(AccountEntity, { issuer, subject, personId: person.id, boundAt: now });
    if (caller.emailVerified && isAddressOf(person, caller.email)) withContact(person, { isEmailVerified: true });
    return this.people.save(em, person, now);
  }
}

function isAddressOf(person: PersonEntity, email: string | undefined): boolean {
  return email !== undefined && person.email?.toLowerCase() === email.toLowerCase();
}

function invitationInvalid(): Problem {
  return new Problem({
    code: 'invitation_invalid',
    status: 404,
    title: 'Not found',
    detail: 'The invitation does not exist, was used, replaced by a newer one, or has expired.',
    remedy: 'Ask an administrator of your location for a new one.',
  });
}

/** A sign-in belongs to one person for ever. */
export function accountAlreadyBound(): Problem {
  return conflict(
    'account_already_bound',
    'This sign-in belongs to a person already.',
    'Sign in with another account to use this invitation.',
  );
}

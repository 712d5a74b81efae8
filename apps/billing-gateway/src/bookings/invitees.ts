import type { NewInvitee } from '@latchkey/contracts';
import { advisoryLock, conflict, notFound, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { locationsOf, PersonEntity } from '../people/person.entity.ts';
import { isSelfOrAdministrator } from '../people/person-rights.ts';
import { PersonRepository } from '../people/person.repository.ts';

/** The people of a booking: who owns it, and who was invited to it (S4.2). */
@Injectable()
export class Invitees {
  constructor(private readonly people: PersonRepository) {}

  /**
   * Locks the owner and the invitees, all in one: locks of people have an order.
   * @returns the invitees
   * @throws Problem 404 for unknown people, 409 `person_not_a_member` for an owner from elsewhere
   */
  async lock(
    em: EntityManager,
    locationId: string,
    { ownerId, inviteeIds }: { readonly ownerId: string; readonly inviteeIds: readonly string[] },
  ): Promise<PersonEntity[]> {
    const mode = inviteeIds.length === 0 ? 'share' : 'update';
    const people = await this.people.lockAll(em, [ownerId, ...inviteeIds], mode);
    const owner = people.find(({ id }) => id === ownerId);
    if (owner === undefined || ![...owner.memberOf, ...owner.administratorOf].includes(locationId)) {
      const detail = `Person ${ownerId} is not a member of location ${locationId}.`;
      throw conflict('person_not_a_member', detail, 'Make it a member of the location first.');
    }
    return people.filter(({ id }) => id !== ownerId);
  }

  /**
   * Finds or makes the person that is invited, and locks it. A new one has an e-mail that nobody has verified yet, and
   * no sign-in; names of a known one stay what they are.
   */
  async resolve(
    em: EntityManager,
    caller: Caller,
    locationId: string,
    invitee: NewInvitee,
    now: number,
  ): Promise<PersonEntity> {
    if ('personId' in invitee) {
      const person = await this.people.lock(em, invitee.personId);
      requireKnownInvitee(caller, person, locationId);
      return person;
    }
    const known = await this.#findByEmail(em, invitee.email);
    if (known !== null) return this.people.lock(em, known.id);
    const record = {
      ...invitee,
      isEmailVerified: false,
      contactVersion: 1,
      administratorOf: [],
      memberOf: [],
      inviteeOf: [locationId],
    };
    return this.people.add(em, record, now);
  }

  /** Makes the location know its invitees. @param people locked for update */
  async welcome(em: EntityManager, people: readonly PersonEntity[], locationId: string, now: number): Promise<void> {
    for (const person of people) {
      if (locationsOf(person).includes(locationId)) continue;
      person.inviteeOf = [...person.inviteeOf, locationId];
      await this.people.save(em, person, now);
    }
  }

  async #findByEmail(em: EntityManager, email: string): Promise<PersonEntity | null> {
    // Two invitations of one newcomer at the same moment must find one record.
    await advisoryLock(em, `person-email:${email.toLowerCase()}`);
    return em
      .createQueryBuilder(PersonEntity, 'person')
      .where('lower(person.email) = lower(:email)', { email })
      .getOne();
  }
}

/**
 * An id says nothing of why the caller has it: only those are invited by id whom the location or the caller knows.
 * @throws Problem 404 `person_not_found`
 */
export function requireKnownInvitee(caller: Caller, person: PersonEntity, locationId: string): void {
  if (locationsOf(person).includes(locationId) || isSelfOrAdministrator(caller, person)) return;
  throw notFound('person', person.id);
}

import { forgetAnswersAbout } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountEntity } from '../accounts/account.entity.ts';
import { InvitationEntity } from '../accounts/invitation.entity.ts';
import { withoutPerson } from '../companies/company-people.ts';
import { CompanyRepository } from '../companies/company.repository.ts';
import { AccessEndings } from '../deletions/access-endings.ts';
import type { PersonEntity } from './person.entity.ts';
import { PersonRepository } from './person.repository.ts';

/** Takes people out: of one location, or altogether. Their access ends first (S5.7). */
@Injectable()
export class PersonDeletion {
  constructor(
    private readonly people: PersonRepository,
    private readonly companies: CompanyRepository,
    private readonly endings: AccessEndings,
  ) {}

  /** Locks everybody whom a location knows, for its deletion. */
  lockOfLocation(em: EntityManager, locationId: string): Promise<PersonEntity[]> {
    return this.people.lockOfLocation(em, locationId);
  }

  /** @param person locked for update; its names, e-mail and sign-ins are gone afterwards, wherever they were kept */
  async delete(em: EntityManager, person: PersonEntity, now: number): Promise<void> {
    await this.endAccess(em, person.id, {}, now);
    await em.delete(AccountEntity, { personId: person.id });
    await em.delete(InvitationEntity, { personId: person.id });
    await this.people.bury(em, person, now);
    await forgetAnswersAbout(em, person.id);
  }

  /** @param person locked for update; it stays known at its other locations */
  async leave(em: EntityManager, person: PersonEntity, locationId: string, now: number): Promise<void> {
    await this.endAccess(em, person.id, { locationId }, now);
    person.administratorOf = person.administratorOf.filter((id) => id !== locationId);
    person.memberOf = person.memberOf.filter((id) => id !== locationId);
    person.inviteeOf = person.inviteeOf.filter((id) => id !== locationId);
    await this.people.save(em, person, now);
  }

  /** Ends what somebody holds, at one location or everywhere, and takes it out of its companies there. */
  async endAccess(
    em: EntityManager,
    personId: string,
    filter: { readonly locationId?: string },
    now: number,
  ): Promise<void> {
    for (const company of await this.companies.lockOfPerson(em, personId, filter.locationId)) {
      await this.companies.save(em, withoutPerson(company, personId), now);
    }
    await this.endings.cancelSubscriptions(em, { ...filter, personId }, now);
    await this.endings.cancelBookings(em, { ...filter, ownerId: personId }, now);
    await this.endings.withdrawInvitee(em, personId, filter, now);
  }
}

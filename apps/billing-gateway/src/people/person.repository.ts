import { personEvents, type PersonState } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountEntity } from '../accounts/account.entity.ts';
import { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { PersonEntity } from './person.entity.ts';

@Injectable()
export class PersonRepository extends AggregateRepository<PersonEntity, PersonState> {
  readonly kind = 'person';
  protected readonly entity = PersonEntity;
  protected readonly events = personEvents;

  constructor(outbox: Outbox) {
    super(outbox);
  }

  /** Locks everybody whom a location knows. */
  lockOfLocation(em: EntityManager, locationId: string): Promise<PersonEntity[]> {
    const isKnown = ['administratorOf', 'memberOf', 'inviteeOf'].map(
      (role) => `person.${role} @> ARRAY[:locationId]::uuid[]`,
    );
    return em
      .createQueryBuilder(PersonEntity, 'person')
      .where(`(${isKnown.join(' OR ')})`, { locationId })
      .orderBy('person.id')
      .setLock('pessimistic_write')
      .getMany();
  }

  protected async stateOf(row: PersonEntity, em: EntityManager): Promise<PersonState> {
    const accounts = await em.find(AccountEntity, { where: { personId: row.id }, order: { issuer: 1, subject: 1 } });
    const { id, administratorOf, memberOf, inviteeOf, contactVersion } = row;
    return {
      id,
      administratorOf,
      memberOf,
      inviteeOf,
      contactVersion,
      accounts: accounts.map(({ issuer, subject }) => ({ issuer, subject })),
    };
  }

  protected erase(row: PersonEntity): void {
    Object.assign(row, { givenName: null, familyName: null, email: null, isEmailVerified: false });
    Object.assign(row, { administratorOf: [], memberOf: [], inviteeOf: [] });
  }
}

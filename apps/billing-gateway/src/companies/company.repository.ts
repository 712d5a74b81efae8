import { companyEvents, type CompanyState } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { CompanyEntity, companyStateOf } from './company.entity.ts';

@Injectable()
export class CompanyRepository extends AggregateRepository<CompanyEntity, CompanyState> {
  readonly kind = 'company';
  protected readonly entity = CompanyEntity;
  protected readonly events = companyEvents;
  protected readonly stateOf = companyStateOf;

  constructor(outbox: Outbox) {
    super(outbox);
  }

  /** The companies that somebody belongs to, as a manager or a member. */
  ofPerson(em: EntityManager, personId: string): Promise<CompanyEntity[]> {
    return this.#ofPerson(em, personId).getMany();
  }

  /** The same, locked for update; at one location only where it is given. */
  lockOfPerson(em: EntityManager, personId: string, locationId?: string): Promise<CompanyEntity[]> {
    const query = this.#ofPerson(em, personId).setLock('pessimistic_write');
    if (locationId !== undefined) query.andWhere('company.locationId = :locationId', { locationId });
    return query.getMany();
  }

  protected erase(row: CompanyEntity): void {
    Object.assign(row, { name: null, managerIds: [], memberIds: [] });
  }

  #ofPerson(em: EntityManager, personId: string): SelectQueryBuilder<CompanyEntity> {
    const belongs = '(company.managerIds @> ARRAY[:personId]::uuid[] OR company.memberIds @> ARRAY[:personId]::uuid[])';
    return em.createQueryBuilder(CompanyEntity, 'company').where(belongs, { personId }).orderBy('company.id');
  }
}

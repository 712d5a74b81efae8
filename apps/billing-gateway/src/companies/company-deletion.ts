import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccessEndings } from '../deletions/access-endings.ts';
import type { CompanyEntity } from './company.entity.ts';
import { CompanyRepository } from './company.repository.ts';

/** Ends a company's subscriptions and the bookings that its day passes paid for, then deletes it (S5.7). */
@Injectable()
export class CompanyDeletion {
  constructor(
    private readonly companies: CompanyRepository,
    private readonly endings: AccessEndings,
  ) {}

  /** @param company locked for update; its people stay people */
  async delete(em: EntityManager, company: CompanyEntity, now: number): Promise<void> {
    await this.endings.cancelSubscriptions(em, { companyId: company.id }, now);
    await this.endings.cancelBookings(em, { companyId: company.id }, now);
    await this.companies.bury(em, company, now);
  }
}

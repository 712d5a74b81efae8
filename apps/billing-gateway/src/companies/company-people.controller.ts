import { companyBody, companyPerson, type CompanyBody, type CompanyPerson, uuid } from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  conflict,
  mayAdminister,
  notFound,
  requireVersion,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, Delete, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { selfOf } from '../callers/visibility.ts';
import { Clock } from '../clock.ts';
import { AccessEndings } from '../deletions/access-endings.ts';
import { PersonRepository } from '../people/person.repository.ts';
import { companyBodyOf, type CompanyEntity } from './company.entity.ts';
import { roleIn, withoutPerson, withPerson } from './company-people.ts';
import { CompanyRepository } from './company.repository.ts';

const params = z.strictObject({ id: uuid, personId: uuid });
type Params = z.infer<typeof params>;

/** Who belongs to a company, and with that to its subscriptions (S3.4). */
@ApiTags('companies')
@Controller('v1/companies/:id/people/:personId')
export class CompanyPeopleController {
  constructor(
    private readonly people: PersonRepository,
    private readonly companies: CompanyRepository,
    private readonly endings: AccessEndings,
    private readonly clock: Clock,
  ) {}

  @Put()
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, companyBody, 'The company now: the person has joined, or changed its role')
  async join(
    @Param({ schema: params }) { id, personId }: Params,
    @Body({ schema: companyPerson }) { role }: CompanyPerson,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<CompanyBody> {
    const known = await this.companies.find(em, id);
    requireRunsCompany(caller, known);
    const { locationId } = known;
    // The person's lock comes before the company's (the order of all locks), and keeps its deletion away meanwhile.
    const person = await this.people.lock(em, personId, 'share');
    const company = await this.companies.lock(em, id);
    requireRunsCompany(caller, company);
    if (!person.memberOf.includes(locationId)) {
      if (!mayAdminister(caller, locationId)) throw notFound('person', personId);
      const detail = `Person ${personId} is not a member of the company's location.`;
      throw conflict('person_not_a_member', detail, 'Make it a member of the location first.');
    }
    requireVersion(company.version, expected);
    return companyBodyOf(await this.companies.save(em, withPerson(company, personId, role), this.clock.now()));
  }

  @Delete()
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, companyBody, 'The company now: the person has left, and lost what the company gave it')
  async leave(
    @Param({ schema: params }) { id, personId }: Params,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<CompanyBody> {
    const company = await this.companies.lock(em, id);
    requireRunsCompany(caller, company);
    if (roleIn(company, personId) === undefined) throw notFound('person', personId);
    requireVersion(company.version, expected);
    const now = this.clock.now();
    await this.companies.save(em, withoutPerson(company, personId), now);
    // What the company's day passes pay for is for its own people (S9.4).
    await this.endings.cancelBookings(em, { companyId: id, ownerId: personId }, now);
    return companyBodyOf(company);
  }
}

/** @throws Problem 404 unless the caller manages the company or administers its location */
function requireRunsCompany(caller: Caller, company: CompanyEntity): void {
  if (mayAdminister(caller, company.locationId) || company.managerIds.includes(selfOf(caller) ?? '')) return;
  throw notFound('company', company.id);
}

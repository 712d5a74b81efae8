import {
  newPerson,
  personBody,
  personEdit,
  personPage,
  type NewPerson,
  type PersonBody,
  type PersonEdit,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  forbidden,
  notFound,
  requireAdministratorOf,
  requireVersion,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { mapPage } from '../aggregates/aggregate-list.ts';
import { Clock } from '../clock.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { listPeople, peopleQuery, type PeopleQuery } from './people-list.ts';
import { PersonDeletion } from './person-deletion.ts';
import { personBodyOf } from './person.entity.ts';
import { PersonRepository } from './person.repository.ts';
import { withContact } from './person-contact.ts';
import {
  isManagedBy,
  isSelfOrAdministrator,
  requireAdministratorOfAll,
  requireMayAppoint,
  requireSelfOrItsAdministrator,
} from './person-rights.ts';

@ApiTags('people')
@Controller('v1/people')
export class PeopleController {
  constructor(
    private readonly database: EntityManager,
    private readonly locations: LocationRepository,
    private readonly people: PersonRepository,
    private readonly deletion: PersonDeletion,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(201, personBody, 'The new person')
  async make(
    @Body({ schema: newPerson }) body: NewPerson,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<PersonBody> {
    const locationIds = [...body.administratorOf, ...body.memberOf];
    for (const locationId of locationIds) requireAdministratorOf(caller, locationId);
    if (body.administratorOf.length > 0) requireMayAppoint(caller);
    if (body.isEmailVerified) requireMayVerify(caller);
    await this.locations.lockAll(em, locationIds, 'share');
    const fields = { ...body, contactVersion: 1, inviteeOf: [] };
    return personBodyOf(await this.people.add(em, fields, this.clock.now()));
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'people:read' })
  @Answers(200, personPage, 'The caller, the people of its companies as a manager, and of its locations')
  async list(
    @Query({ schema: peopleQuery }) query: PeopleQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<PersonBody>> {
    return mapPage(await listPeople(this.database, query, caller), personBodyOf);
  }

  @Get(':id')
  @Allow({ administrator: true, member: true, service: 'people:read' })
  @Answers(200, personBody)
  async read(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<PersonBody> {
    const person = await this.people.find(this.database, id);
    if (!isSelfOrAdministrator(caller, person) && !(await isManagedBy(this.database, caller, id))) {
      throw notFound('person', id);
    }
    return personBodyOf(person);
  }

  @Patch(':id')
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, personBody, 'The person now')
  async change(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: personEdit }) edit: PersonEdit,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<PersonBody> {
    const person = await this.people.lock(em, id);
    requireSelfOrItsAdministrator(caller, person);
    // The e-mail decides which sign-in becomes this person.
    if (edit.email !== undefined) requireAdministratorOfAll(caller, person);
    if (edit.isEmailVerified !== undefined) requireMayVerify(caller);
    requireVersion(person.version, expected);
    return personBodyOf(await this.people.save(em, withContact(person, edit), this.clock.now()));
  }

  @Delete(':id')
  @HttpCode(204)
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(204, undefined, 'Deleted; all its access was ended first')
  async delete(
    @Param({ schema: idParams }) { id }: IdParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<void> {
    const person = await this.people.lock(em, id);
    requireAdministratorOfAll(caller, person);
    requireVersion(person.version, expected);
    await this.deletion.delete(em, person, this.clock.now());
  }
}

function requireMayVerify(caller: Caller): void {
  if (caller.kind === 'service') return;
  const detail = 'Only another system can say that an e-mail is verified; people prove it by signing in.';
  throw forbidden('verification_not_yours', detail, 'Leave isEmailVerified out.');
}

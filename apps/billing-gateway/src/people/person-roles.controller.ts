import { personBody, personRoles, type PersonBody, type PersonRoles, uuid } from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  conflict,
  notFound,
  requireAdministratorOf,
  requireVersion,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, Delete, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { Clock } from '../clock.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { PersonDeletion } from './person-deletion.ts';
import { locationsOf, personBodyOf, type PersonEntity } from './person.entity.ts';
import { PersonRepository } from './person.repository.ts';
import { requireMayAppoint, requireSelfOrItsAdministrator } from './person-rights.ts';

const params = z.strictObject({ id: uuid, locationId: uuid });
type Params = z.infer<typeof params>;

/** What a person is at one location. */
@ApiTags('people')
@Controller('v1/people/:id/locations/:locationId')
export class PersonRolesController {
  constructor(
    private readonly locations: LocationRepository,
    private readonly people: PersonRepository,
    private readonly deletion: PersonDeletion,
    private readonly clock: Clock,
  ) {}

  @Put()
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, personBody, 'The person now; who is no longer a member there has lost its access there')
  async set(
    @Param({ schema: params }) { id, locationId }: Params,
    @Body({ schema: personRoles }) roles: PersonRoles,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<PersonBody> {
    const person = await this.#lock(em, caller, id, locationId);
    requireVersion(person.version, expected);
    const now = this.clock.now();
    const wasMember = person.memberOf.includes(locationId);
    if (roles.isAdministrator !== person.administratorOf.includes(locationId)) requireMayAppoint(caller);
    person.administratorOf = withOrWithout(person.administratorOf, locationId, roles.isAdministrator);
    person.memberOf = withOrWithout(person.memberOf, locationId, roles.isMember);
    if (wasMember && !roles.isMember) await this.deletion.endAccess(em, id, { locationId }, now);
    return personBodyOf(await this.people.save(em, person, now));
  }

  @Delete()
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, personBody, 'The person now: unknown at that location, without access there')
  async leave(
    @Param({ schema: params }) { id, locationId }: Params,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<PersonBody> {
    const person = await this.#lock(em, caller, id, locationId);
    if (!locationsOf(person).includes(locationId)) throw notFound('person', id);
    requireVersion(person.version, expected);
    if (person.administratorOf.includes(locationId)) requireMayAppoint(caller);
    if (locationsOf(person).length === 1) {
      throw conflict('last_location', 'The person is known at no other location.', 'Delete the person instead.');
    }
    await this.deletion.leave(em, person, locationId, this.clock.now());
    return personBodyOf(person);
  }

  async #lock(em: EntityManager, caller: Caller, id: string, locationId: string): Promise<PersonEntity> {
    requireAdministratorOf(caller, locationId);
    await this.locations.lock(em, locationId, 'share');
    const person = await this.people.lock(em, id);
    requireSelfOrItsAdministrator(caller, person);
    return person;
  }
}

function withOrWithout(ids: readonly string[], id: string, isWanted: boolean): string[] {
  const others = ids.filter((other) => other !== id);
  return isWanted ? [...others, id] : others;
}

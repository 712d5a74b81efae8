import {
  adoptionAnswer,
  adoptionRequest,
  groupPeople,
  type AdoptionAnswer,
  type AdoptionRequest,
  type GroupPeople as GroupPeopleBody,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  notFound,
  NotIdempotent,
  requireAdministratorOf,
  type Caller,
  type PersonCaller,
} from '@latchkey/service-kit';
import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { personOf } from '../connections/caller.ts';
import type { Connection } from '../connections/connection.repository.ts';
import { Connections } from '../connections/connections.ts';
import { askingSalto } from '../connections/salto-problems.ts';
import { groupParams, type GroupParams } from './adoption.schemas.ts';
import { Adoptions } from './adoptions.ts';
import { GroupPeople, type FoundPerson } from './group-people.ts';

/** People who are in an access group already, and what is to become of them. Names are shown, hence people alone. */
@ApiTags('adoption')
@Controller('v1/connections/:locationId/access-groups/:groupId')
export class AdoptionsController {
  constructor(
    private readonly connections: Connections,
    private readonly people: GroupPeople,
    private readonly adoptions: Adoptions,
  ) {}

  @Get('people')
  @Allow({ administrator: true })
  @Answers(200, groupPeople, 'Everybody in the group at Salto KS, whose the memberships are, and which member each is')
  async list(
    @Param({ schema: groupParams }) { locationId, groupId }: GroupParams,
    @CurrentCaller() caller: Caller,
  ): Promise<GroupPeopleBody> {
    const { connection } = await this.#administered(caller, locationId);
    const found = await askingSalto(this.people.read(connection, groupId));
    return { items: found.map(bodyOf) };
  }

  @Post('adoptions')
  @HttpCode(200)
  @NotIdempotent('the same decisions again change nothing')
  @Allow({ administrator: true })
  @Answers(200, adoptionAnswer, 'What became of each; what has changed since it was shown is refused for itself')
  async decide(
    @Param({ schema: groupParams }) { locationId, groupId }: GroupParams,
    @Body({ schema: adoptionRequest }) request: AdoptionRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<AdoptionAnswer> {
    const { connection, person } = await this.#administered(caller, locationId);
    const decidedBy = `person:${person.personId}`;
    return askingSalto(this.adoptions.decide({ connection, groupId, decidedBy }, request));
  }

  async #administered(caller: Caller, locationId: string): Promise<{ connection: Connection; person: PersonCaller }> {
    requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
    const person = personOf(caller);
    const connection = await this.connections.ofLocation(locationId);
    if (connection === undefined) throw notFound('connection', locationId);
    return { connection, person };
  }
}

function bodyOf({ user: _user, person: _person, ...shown }: FoundPerson): GroupPeopleBody['items'][number] {
  return shown;
}

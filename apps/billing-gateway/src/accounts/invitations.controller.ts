import { invitationBody, newInvitation, type InvitationBody, type NewInvitation } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, NotIdempotent, Transaction, type Caller } from '@latchkey/service-kit';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { Clock } from '../clock.ts';
import { PersonRepository } from '../people/person.repository.ts';
import { requireAdministratorOfAll, requireMayAppoint } from '../people/person-rights.ts';
import { InvitationEntity } from './invitation.entity.ts';
import { newInvitationToken } from './invitation-token.ts';

const HOUR_MS = 3_600_000;

@ApiTags('accounts')
@Controller('v1/people/:id/invitations')
export class InvitationsController {
  constructor(
    private readonly people: PersonRepository,
    private readonly clock: Clock,
  ) {}

  @Post()
  @NotIdempotent('a kept answer would keep the token readable; a repeated request makes the older token worthless')
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(201, invitationBody, 'The invitation, for the person alone; an older one no longer works')
  async make(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: newInvitation }) { expiresInHours }: NewInvitation,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<InvitationBody> {
    const person = await this.people.lock(em, id);
    // Who holds the token becomes the person, with all that it may do.
    requireAdministratorOfAll(caller, person);
    if (person.administratorOf.length > 0) requireMayAppoint(caller);
    const { token, sha256 } = newInvitationToken();
    const expiresAt = this.clock.now() + expiresInHours * HOUR_MS;
    await em.upsert(InvitationEntity, { personId: id, tokenSha256: sha256, expiresAt }, ['personId']);
    return { personId: id, token, expiresAt: new Date(expiresAt).toISOString() };
  }
}

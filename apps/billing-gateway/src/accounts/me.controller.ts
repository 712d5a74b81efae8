import { meBody, newAccount, type MeBody, type NewAccount } from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  Transaction,
  type Caller,
  type PersonCaller,
  type UnboundCaller,
} from '@latchkey/service-kit';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { Clock } from '../clock.ts';
import { roleIn } from '../companies/company-people.ts';
import { CompanyRepository } from '../companies/company.repository.ts';
import { personBodyOf, type PersonEntity } from '../people/person.entity.ts';
import { PersonRepository } from '../people/person.repository.ts';
import { AccountBinding, accountAlreadyBound } from './account-binding.ts';
import { InvitationEntity } from './invitation.entity.ts';
import { hashOfToken } from './invitation-token.ts';

@ApiTags('accounts')
@Controller('v1/me')
export class MeController {
  constructor(
    private readonly database: EntityManager,
    private readonly people: PersonRepository,
    private readonly companies: CompanyRepository,
    private readonly binding: AccountBinding,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Allow({ member: true })
  @Answers(200, meBody, 'The person behind the token, and its companies')
  async read(@CurrentCaller() caller: Caller): Promise<MeBody> {
    const { personId } = caller as PersonCaller;
    return this.#meOf(this.database, caller as PersonCaller, await this.people.find(this.database, personId));
  }

  @Post('account')
  @Allow({ unbound: true, member: true })
  @Answers(201, meBody, 'The person that the sign-in now belongs to')
  async bind(
    @Body({ schema: newAccount }) { invitationToken }: NewAccount,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<MeBody> {
    if (caller.kind === 'person') return this.#alreadyBound(em, caller, invitationToken);
    const unbound = caller as UnboundCaller;
    const now = this.clock.now();
    const person =
      invitationToken === undefined
        ? await this.binding.bindByEmail(em, unbound, now)
        : await this.binding.bindByInvitation(em, unbound, invitationToken, now);
    return this.#meOf(em, unbound, person);
  }

  /** A repeated request finds its work done; with somebody else's open invitation it would be another one. */
  async #alreadyBound(em: EntityManager, caller: PersonCaller, token: string | undefined): Promise<MeBody> {
    const invitation =
      token === undefined ? null : await em.findOneBy(InvitationEntity, { tokenSha256: hashOfToken(token) });
    if (invitation !== null) throw accountAlreadyBound();
    return this.#meOf(em, caller, await this.people.find(em, caller.personId));
  }

  async #meOf(em: EntityManager, caller: PersonCaller | UnboundCaller, person: PersonEntity): Promise<MeBody> {
    const companies = await this.companies.ofPerson(em, person.id);
    return {
      person: personBodyOf(person),
      account: { issuer: caller.account.iss, subject: caller.account.sub },
      companies: companies.map((company) => ({
        id: company.id,
        locationId: company.locationId,
        role: roleIn(company, person.id) ?? 'member',
      })),
    };
  }
}

import { CallerResolver, type Person, type VerifiedToken } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { EntityManager } from 'typeorm';
import { PersonEntity } from '../people/person.entity.ts';
import { AccountEntity } from './account.entity.ts';

/** Finds the person behind a token by its account; roles come from the person's row, read anew for each request. */
@Injectable()
export class AccountCallerResolver extends CallerResolver {
  constructor(private readonly database: EntityManager) {
    super();
  }

  async resolve({ iss, sub }: VerifiedToken): Promise<Person | undefined> {
    const person = await this.database
      .createQueryBuilder(PersonEntity, 'person')
      .innerJoin(AccountEntity, 'account', 'account.personId = person.id')
      .where('account.issuer = :iss AND account.subject = :sub', { iss, sub })
      .getOne();
    if (person === null) return undefined;
    return { personId: person.id, administratorOf: person.administratorOf, memberOf: person.memberOf };
  }
}

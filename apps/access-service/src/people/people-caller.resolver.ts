import { CallerResolver, type Person, type VerifiedToken } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Finds the person behind a token in the copy of the gateway's people: a role that was just given follows in seconds. */
@Injectable()
export class PeopleCallerResolver extends CallerResolver {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async resolve({ iss, sub }: VerifiedToken): Promise<Person | undefined> {
    const [person]: Person[] = await this.dataSource.query(
      `SELECT person.id AS "personId", administrator_of AS "administratorOf", member_of AS "memberOf"
       FROM person_account JOIN person ON person.id = person_id
       WHERE issuer = $1 AND subject = $2 AND deleted_at IS NULL`,
      [iss, sub],
    );
    return person;
  }
}

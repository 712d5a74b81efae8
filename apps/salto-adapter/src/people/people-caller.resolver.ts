import { CallerResolver, type Person, type VerifiedToken } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { People } from './people.repository.ts';

/** Finds the person behind a token in the copy of the gateway's people: a role that was just given follows in seconds. */
@Injectable()
export class PeopleCallerResolver extends CallerResolver {
  constructor(private readonly people: People) {
    super();
  }

  resolve(token: VerifiedToken): Promise<Person | undefined> {
    return this.people.byAccount(token);
  }
}

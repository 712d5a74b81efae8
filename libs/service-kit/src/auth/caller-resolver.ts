import type { Account, Person } from './caller.ts';

/** A token whose signature, issuer, audience and times hold. */
export interface VerifiedToken extends Account {
  clientId?: string;
  scopes: readonly string[];
  /** Present in service tokens only. */
  locations?: readonly string[];
  email?: string;
  emailVerified: boolean;
}

/** Each service looks people up in its own database: roles and locations never come from the token. */
export abstract class CallerResolver {
  /** The person bound to the token's `(iss, sub)`, or undefined while nobody is. */
  abstract resolve(token: VerifiedToken): Promise<Person | undefined>;
}

/** Who an issuer says it is. Only the pair is unique: two issuers may use the same subject. */
export interface Account {
  iss: string;
  sub: string;
}

/** What a service's own database knows of the person behind an account. */
export interface Person {
  personId: string;
  administratorOf: readonly string[];
  memberOf: readonly string[];
}

export interface PersonCaller extends Person {
  kind: 'person';
  account: Account;
}

/** Another program: scopes and locations come from its token (client credentials). */
export interface ServiceCaller {
  kind: 'service';
  clientId: string;
  scopes: readonly string[];
  locations: readonly string[] | '*';
}

/** Signed in, but bound to no person yet. */
export interface UnboundCaller {
  kind: 'unbound';
  account: Account;
  email?: string;
  emailVerified: boolean;
}

export type Caller = PersonCaller | ServiceCaller | UnboundCaller;

/** A stable name for a caller, for scoping what is stored per caller. */
export function callerKey(caller: Caller | undefined): string {
  switch (caller?.kind) {
    case 'person':
      return `person:${caller.personId}`;
    case 'service':
      return `service:${caller.clientId}`;
    case 'unbound':
      return `account:${caller.account.iss}|${caller.account.sub}`;
    case undefined:
      return 'anybody';
  }
}

import type { Contacts } from '../people/contacts.ts';
import { SaltoUsers } from '../people/salto-users.ts';
import type { Sealer } from '../encryption/sealer.ts';
import { GroupMembers } from '../salto-ks/group-members.ts';
import type { Sites } from './sites.ts';
import type { PairLocks } from './pair-lock.ts';

/** What attempts and the upkeep of users share: the way to sites, sessions with locks, contacts, looks at groups. */
export class SharedParts {
  readonly members = new GroupMembers();
  readonly sites: Sites;
  readonly locks: PairLocks;
  readonly contacts: Contacts;
  readonly users: SaltoUsers;

  constructor(sites: Sites, locks: PairLocks, contacts: Contacts, sealer: Sealer) {
    this.sites = sites;
    this.locks = locks;
    this.contacts = contacts;
    this.users = new SaltoUsers(contacts, sealer);
  }
}

import { defaultSettings, type Settings } from '../settings.ts';
import { AccessGroup, AccessGroups, type AccessGroupRecord } from './access-groups.ts';
import { Accounts, type Account } from './accounts.ts';
import type { AuthorizationCode, Client, RefreshToken } from './clients.ts';
import { Entries, type Entry } from './entries.ts';
import type { Lock } from './locks.ts';
import { SiteUsers, type SiteUser } from './site-users.ts';
import { usualFeatures, type Site } from './sites.ts';
import { Table } from './table.ts';

/** All that a fake Salto KS remembers, as JSON: the content of its data file and of `GET /_fake/state`. */
export interface Snapshot {
  settings: Settings;
  clients: Client[];
  accounts: Account[];
  sites: Site[];
  site_users: SiteUser[];
  locks: Lock[];
  access_groups: AccessGroupRecord[];
  entries: Record<string, Entry[]>;
  refresh_tokens: RefreshToken[];
}

/** A snapshot that an earlier version may have written. */
export type StoredSnapshot = Omit<Snapshot, 'sites'> & {
  sites: (Omit<Site, 'features'> & Partial<Pick<Site, 'features'>>)[];
};

/** All that a fake Salto KS remembers, a table per resource. */
export class State {
  readonly initialSettings: Settings;
  settings: Settings;
  readonly clients = new Table<Client>();
  readonly accounts = new Accounts();
  readonly sites = new Table<Site>();
  readonly siteUsers = new SiteUsers();
  readonly locks = new Table<Lock>();
  readonly accessGroups = new AccessGroups();
  readonly entries = new Entries();
  readonly refreshTokens = new Table<RefreshToken>();
  readonly codes = new Table<AuthorizationCode>();

  constructor(settings: Settings) {
    this.initialSettings = settings;
    this.settings = settings;
  }

  /** Forgets everything; settings return to those of the start. */
  clear(): void {
    this.settings = this.initialSettings;
    const tables = [this.clients, this.accounts, this.sites, this.siteUsers, this.locks, this.accessGroups];
    for (const table of [...tables, this.entries, this.refreshTokens, this.codes]) table.clear();
  }

  snapshot(now: number): Snapshot {
    return {
      settings: this.settings,
      clients: this.clients.all(),
      accounts: this.accounts.all(),
      sites: this.sites.all(),
      site_users: this.siteUsers.all(),
      locks: this.locks.all(),
      access_groups: this.accessGroups.all().map((group) => group.record(now)),
      entries: this.entries.bySite(),
      refresh_tokens: this.refreshTokens.all(),
    };
  }

  /** Replaces everything by a snapshot; settings that a newer version added take their defaults. */
  restore(snapshot: StoredSnapshot): void {
    this.clear();
    this.settings = { ...defaultSettings, ...snapshot.settings };
    for (const client of snapshot.clients) this.clients.put(client);
    for (const account of snapshot.accounts) this.accounts.put(account);
    for (const site of snapshot.sites) this.sites.put({ ...site, features: site.features ?? [...usualFeatures] });
    for (const user of snapshot.site_users) this.siteUsers.put(user);
    for (const lock of snapshot.locks) this.locks.put(lock);
    for (const record of snapshot.access_groups) this.accessGroups.put(new AccessGroup(record));
    for (const token of snapshot.refresh_tokens) this.refreshTokens.put(token);
    for (const [siteId, log] of Object.entries(snapshot.entries)) {
      for (const entry of log) this.entries.add(siteId, entry);
    }
  }
}

import { defaultSettings, type Settings } from '../settings.ts';
import { AccessGroup, AccessGroups, type AccessGroupRecord } from './access-groups.ts';
import { Accounts, type Account } from './accounts.ts';
import type { Client } from './clients.ts';
import type { Device } from './devices.ts';
import { Entries, type Entry } from './entries.ts';
import { FormerUsers, type FormerUser } from './former-users.ts';
import { IdentityRecords, RefreshTokens, type IdentityRecord } from './identity-records.ts';
import { IqActivations, type Iq, type IqActivation } from './iqs.ts';
import { lockDefaults, type Lock } from './locks.ts';
import { Mails, type Mail } from './mails.ts';
import { RecentOpenings, type RecentOpening } from './recent-openings.ts';
import { SiteUsers, siteUserDefaults, type SiteUser } from './site-users.ts';
import { siteDefaults, type Site } from './sites.ts';
import { Table } from './table.ts';

/** All that a fake Salto KS remembers, as JSON: the content of its data file and of `GET /_fake/state`. */
export interface Snapshot {
  settings: Settings;
  clients: Client[];
  accounts: Account[];
  sites: Site[];
  site_users: SiteUser[];
  former_users: FormerUser[];
  locks: Lock[];
  recent_openings: RecentOpening[];
  iqs: Iq[];
  iq_activations: IqActivation[];
  devices: Device[];
  mails: Mail[];
  access_groups: AccessGroupRecord[];
  entries: Record<string, Entry[]>;
  identity_records: IdentityRecord[];
}

/** All that a fake Salto KS remembers, a table per resource. */
export class State {
  readonly initialSettings: Settings;
  settings: Settings;
  readonly clients = new Table<Client>();
  readonly accounts = new Accounts();
  readonly sites = new Table<Site>();
  readonly siteUsers = new SiteUsers();
  readonly formerUsers = new FormerUsers();
  readonly locks = new Table<Lock>();
  readonly recentOpenings = new RecentOpenings();
  readonly iqs = new Table<Iq>();
  readonly iqActivations = new IqActivations();
  readonly devices = new Table<Device>();
  readonly mails = new Mails();
  readonly accessGroups = new AccessGroups();
  readonly entries = new Entries();
  readonly identityRecords = new IdentityRecords();
  readonly refreshTokens = new RefreshTokens(this.identityRecords);

  constructor(settings: Settings) {
    this.initialSettings = settings;
    this.settings = settings;
  }

  /** Forgets everything; settings return to those of the start. */
  clear(): void {
    this.settings = this.initialSettings;
    const doors = [this.sites, this.siteUsers, this.locks, this.iqs, this.iqActivations, this.accessGroups];
    const people = [this.clients, this.accounts, this.devices, this.mails, this.identityRecords, this.formerUsers];
    for (const table of [...doors, ...people, this.recentOpenings, this.entries]) table.clear();
  }

  snapshot(now: number): Snapshot {
    return {
      settings: this.settings,
      clients: this.clients.all(),
      accounts: this.accounts.all(),
      sites: this.sites.all(),
      site_users: this.siteUsers.all(),
      former_users: this.formerUsers.all(),
      locks: this.locks.all(),
      recent_openings: this.recentOpenings.all(),
      iqs: this.iqs.all(),
      iq_activations: this.iqActivations.all(),
      devices: this.devices.all(),
      mails: this.mails.all(),
      access_groups: this.accessGroups.all().map((group) => group.record(now)),
      entries: this.entries.bySite(),
      identity_records: this.identityRecords.all(),
    };
  }

  /** Replaces everything by a snapshot; what a newer version added takes its defaults. */
  restore(snapshot: Partial<Snapshot>): void {
    this.clear();
    this.settings = { ...defaultSettings, ...snapshot.settings };
    for (const site of snapshot.sites ?? []) this.sites.put({ ...siteDefaults, ...site });
    for (const user of snapshot.site_users ?? []) this.siteUsers.put({ ...siteUserDefaults, ...user });
    for (const lock of snapshot.locks ?? []) this.locks.put({ ...lockDefaults, ...lock });
    for (const record of snapshot.access_groups ?? []) this.accessGroups.put(new AccessGroup(record));
    putAll(this.clients, snapshot.clients);
    putAll(this.formerUsers, snapshot.former_users);
    putAll(this.recentOpenings, snapshot.recent_openings);
    putAll(this.accounts, snapshot.accounts);
    putAll(this.iqs, snapshot.iqs);
    putAll(this.iqActivations, snapshot.iq_activations);
    putAll(this.devices, snapshot.devices);
    putAll(this.mails, snapshot.mails);
    putAll(this.identityRecords, snapshot.identity_records);
    for (const [siteId, log] of Object.entries(snapshot.entries ?? {})) {
      for (const entry of log) this.entries.add(siteId, entry);
    }
  }
}

function putAll<T extends { id: string }>(table: Table<T>, records: readonly T[] = []): void {
  for (const record of records) table.put(record);
}

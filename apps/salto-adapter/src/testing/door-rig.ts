import { randomUUID } from 'node:crypto';
import { entryEvents, type EntryState } from '@latchkey/contracts';
import { demo, type FakeSaltoKs } from '@latchkey/fake-salto-ks';
import { createService, databaseModule, Outbox, type Service } from '@latchkey/service-kit';
import { Global, Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Connections } from '../connections/connections.ts';
import { ConnectionsModule } from '../connections/connections.module.ts';
import { entryParts } from '../entries/entries.module.ts';
import { EntryReaders, type EntryReadersOptions } from '../entries/entry-readers.ts';
import { AdapterRig } from './adapter-rig.ts';

export const siteId = demo.paris.id;
export const { locks, groups } = demo.paris;

const outbox = { provide: Outbox, useValue: new Outbox(() => undefined) };

@Global()
@Module({ providers: [outbox], exports: [outbox] })
class OutboxAlone {}

type FakeEntry = ReturnType<FakeSaltoKs['state']['entries']['ofSite']>[number];

/** Reading doors on a real database, against a Salto KS over HTTP whose log the test writes. */
export class DoorRig {
  readonly rig: AdapterRig;
  readonly #service: Service;
  readonly #readers: EntryReaders[] = [];

  private constructor(rig: AdapterRig, service: Service) {
    this.rig = rig;
    this.#service = service;
  }

  static async create(name: string, settings: Readonly<Record<string, string>> = {}): Promise<DoorRig> {
    const rig = await AdapterRig.create(name, settings);
    const { config } = rig;
    const imports = [
      databaseModule({ url: config.DATABASE_URL, entities: [] }),
      OutboxAlone,
      ConnectionsModule.with(config),
    ];
    @Module({})
    class DoorsModule {}
    const service = await createService({ name: 'doors', module: { module: DoorsModule, imports }, config });
    await service.start();
    rig.closes(() => service.stop());
    return new DoorRig(rig, service);
  }

  get fake(): FakeSaltoKs {
    return this.rig.fake;
  }

  get dataSource(): DataSource {
    return this.#service.app.get(DataSource, { strict: false });
  }

  get connections(): Connections {
    return this.#service.app.get(Connections, { strict: false });
  }

  /** What a process of its own would read doors with. */
  process(outboxOfIt: Outbox = new Outbox(() => undefined)): ReturnType<typeof entryParts> {
    return entryParts(this.rig.config, this.dataSource, outboxOfIt, this.connections);
  }

  /** Readers at a test's pace; the hub has a fraction of a second. */
  start(pace: Partial<EntryReadersOptions> = {}): EntryReaders {
    const readers = new EntryReaders({ ...this.process(), pollMs: 50, claimMs: 50, hubMayTakeMs: 100, ...pace });
    readers.start();
    this.#readers.push(readers);
    return readers;
  }

  async stopReaders(): Promise<void> {
    await Promise.all(this.#readers.splice(0).map((readers) => readers.stop()));
  }

  async close(): Promise<void> {
    await this.stopReaders();
    await this.rig.close();
  }

  /** Connects a location to Paris and takes the site for a reader, which then begins now. */
  async connect(locationId: string = randomUUID()): Promise<string> {
    await this.rig.connect(this.#service, siteId, locationId);
    return locationId;
  }

  /** A member of ours with a Salto user, in a group by us. */
  async member(groupId?: string): Promise<{ memberId: string; platformId: string }> {
    const memberId = randomUUID();
    const { id: siteUserId, platformId } = await this.#createUser(memberId);
    await this.rig.pool.query(
      `INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
       VALUES ($1, $2, $3, $4, 'created', true, now())`,
      [siteId, memberId, siteUserId, platformId],
    );
    if (groupId !== undefined) {
      await this.rig.pool.query(
        'INSERT INTO group_intent (site_id, member_id, group_id, present_before) VALUES ($1, $2, $3, false)',
        [siteId, memberId, groupId],
      );
    }
    return { memberId, platformId };
  }

  async #createUser(memberId: string): Promise<{ id: string; platformId: string }> {
    const role = this.fake.state.sites.get(siteId)?.roles.find(({ code }) => code === 'site_user');
    const response = await fetch(`${this.fake.url}/v1.2/sites/${siteId}/users`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await this.fake.accessToken(demo.administrator.id)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        first_name: 'Ada',
        last_name: 'Lovelace',
        alias: 'Ada Lovelace',
        email: `${memberId}@members.example`,
        role_ids: [role?.id],
        blocked: false,
        use_pin: false,
      }),
    });
    const { id, user } = (await response.json()) as { id: string; user: { id: string } };
    return { id, platformId: user.id };
  }

  /** Somebody holds a key to a lock. */
  async tap(lockId: string, platformId: string, accessBy = 'mobile_key'): Promise<FakeEntry> {
    const response = await fetch(`${this.fake.url}/_fake/locks/${lockId}/tap`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: platformId, access_by: accessBy }),
    });
    return ((await response.json()) as { entry: FakeEntry }).entry;
  }

  /** An entry that gets into Salto's log now, of whatever instant (epoch ms): the lock was off line until now. */
  logEntry(at: number, change: Partial<FakeEntry> = {}): FakeEntry {
    return this.fake.state.entries.add(siteId, {
      id: randomUUID(),
      event_category: 'lock_opened',
      event_detail: null,
      utc_date_time: new Date(at).toISOString(),
      local_date_time: new Date(at).toISOString().slice(0, 19),
      lock_id: locks.frontDoor,
      user_id: demo.administrator.id,
      user_alias: 'Dora Doors',
      access_by: 'mobile_key',
      access_detail: null,
      exit_requested: false,
      ...change,
    });
  }

  /** What was told, in order. */
  async told(): Promise<(EntryState & { version: number })[]> {
    const { rows } = await this.rig.pool.query<{ version: string; data: EntryState }>(
      'SELECT version, data FROM outbox_message WHERE event_type = $1 ORDER BY id',
      [entryEvents.recorded.type],
    );
    return rows.map(({ version, data }) => ({ ...data, version: Number(version) }));
  }

  /** The ids of what was told, in order. */
  async toldIds(): Promise<string[]> {
    return (await this.told()).map(({ id }) => id);
  }

  /** Forgets what was read and told, as if nobody had read this site before. */
  async reset(): Promise<void> {
    await this.stopReaders();
    this.fake.removeFaults();
    this.fake.state.entries.clear();
    await this.rig.pool.query('TRUNCATE entry_log, entry_seen, outbox_message, connection CASCADE');
  }

  /** As if this much time had passed since the site was connected and read. */
  async age(hours: number): Promise<void> {
    await this.rig.pool.query(
      `UPDATE entry_log SET since = since - make_interval(hours => $1), read_to = read_to - make_interval(hours => $1),
              looked_back_at = looked_back_at - make_interval(hours => $1)`,
      [hours],
    );
  }
}

import { randomUUID } from 'node:crypto';
import type { AdoptionAnswer, AdoptionRequest, GroupPeople, GroupPerson } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { Access } from '../access/access.ts';
import { PairLocks } from '../access/pair-lock.ts';
import { Connections } from '../connections/connections.ts';
import { Sealer } from '../encryption/sealer.ts';
import { Contacts } from '../people/contacts.ts';
import { SaltoUsers } from '../people/salto-users.ts';
import { GroupMembers } from '../salto-ks/group-members.ts';
import { SiteChecks } from '../site-checks/site.activities.ts';
import { ConnectStage, locations, type CallerName } from './connect-stage.ts';
import { poolQueries } from './pool-queries.ts';

export const siteId = demo.paris.id;
export const { roomA, office1 } = demo.paris.groups;

/** A connected location with people in its groups, and beside the HTTP side what a worker does. */
export class AdoptionStage {
  readonly stage: ConnectStage;
  readonly access: Access;
  readonly checks: SiteChecks;

  private constructor(stage: ConnectStage) {
    this.stage = stage;
    const { rig, service } = stage;
    const sites = service.app.get(Connections, { strict: false });
    const locks = new PairLocks(rig.pool);
    const sealer = new Sealer(rig.config.ENCRYPTION_KEYS);
    const contacts = new Contacts(poolQueries(rig.pool), sealer, { contact: () => Promise.resolve(undefined) });
    const users = new SaltoUsers(contacts, sealer);
    this.access = new Access({ sites, locks, users, members: new GroupMembers(), membersMaxAgeMs: 0 });
    this.checks = new SiteChecks({ sites, locks, database: poolQueries(rig.pool) });
  }

  static async create(): Promise<AdoptionStage> {
    const stage = await ConnectStage.create('adoption');
    await stage.connect();
    return new AdoptionStage(stage);
  }

  /** As after connecting: nobody is known, nothing was decided. */
  async reset(): Promise<void> {
    const { rig } = this.stage;
    await rig.pool.query(
      'TRUNCATE salto_user, user_upkeep, group_intent, quarantine, pair, adoption, link_proposal, outbox_message',
    );
    for (const group of rig.fake.state.accessGroups.ofSite(siteId)) {
      for (const id of [...group.members.keys()]) group.setMember(id, false, Date.now());
    }
    rig.people.clear();
    rig.entitled.clear();
    rig.down.clear();
    rig.checked.length = 0;
    rig.fake.calls.clear();
  }

  /** Somebody else makes a user at Salto and puts it into the group. @returns its platform id */
  async somebody(email: string | null = `${randomUUID()}@members.example`, role = 'site_user'): Promise<string> {
    const { fake } = this.stage.rig;
    const token = await fake.accessToken(demo.administrator.id);
    const roleId = fake.state.sites.get(siteId)?.roles.find(({ code }) => code === role)?.id;
    const body = { first_name: 'Ada', last_name: 'Byron', alias: 'Ada Byron', email, role_ids: [roleId] };
    const response = await fetch(`${fake.url}/v1.2/sites/${siteId}/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { user } = (await response.json()) as { user: { id: string } };
    this.byHand('add', user.id);
    return user.id;
  }

  /** Somebody whose e-mail a member of the location has proved to own. */
  async member(change: { isEmailVerified?: boolean } = {}): Promise<{ memberId: string; saltoUserId: string }> {
    const [memberId, email] = [randomUUID(), `${randomUUID()}@members.example`];
    this.stage.rig.people.set(memberId, { email, memberOf: [locations.ours], contactVersion: 3, ...change });
    return { memberId, saltoUserId: await this.somebody(email.toUpperCase()) };
  }

  byHand(change: 'add' | 'remove', saltoUserId: string, groupId: string = roomA): void {
    this.stage.rig.fake.state.accessGroups.get(groupId)?.setMember(saltoUserId, change === 'add', Date.now());
  }

  isInGroup(saltoUserId: string): boolean {
    return this.stage.rig.fake.state.accessGroups.get(roomA)?.members.has(saltoUserId) ?? false;
  }

  async people(): Promise<ReadonlyMap<string, GroupPerson>> {
    const answer = await this.stage.as('ada').get<GroupPeople>(`${pathOf(roomA)}/people`);
    expect(answer.status).toBe(200);
    return new Map(answer.body.items.map((person) => [person.saltoUserId, person]));
  }

  decide(request: Partial<AdoptionRequest>, caller: CallerName = 'ada', groupId: string = roomA) {
    return this.stage.as(caller).post<AdoptionAnswer>(`${pathOf(groupId)}/adoptions`, request);
  }

  /** @returns `adopted`, `left`, or why not, by platform id */
  async outcomes(
    request: Partial<AdoptionRequest>,
    caller?: CallerName,
    groupId?: string,
  ): Promise<Record<string, string>> {
    const answer = await this.decide(request, caller, groupId);
    expect(answer.status).toBe(200);
    return Object.fromEntries(
      answer.body.items.map(({ saltoUserId, outcome, refusal }) => [saltoUserId, refusal ?? outcome]),
    );
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.stage.rig.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
    return rows[0]?.n ?? 0;
  }
}

export function pathOf(groupId: string): string {
  return `/v1/connections/${locations.ours}/access-groups/${groupId}`;
}

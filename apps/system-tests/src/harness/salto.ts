import { randomUUID } from 'node:crypto';
import { type Call, demo } from '@latchkey/fake-salto-ks';
import type { System } from '../system/system.ts';

interface State {
  readonly accounts: readonly { readonly id: string; readonly email: string | null }[];
  readonly site_users: readonly { readonly user_id: string; readonly subscription_state: string }[];
  readonly access_groups: readonly { readonly id: string; readonly user_ids: readonly string[] }[];
}

/** What was done to a group's members, as Salto's side counts it. */
export interface Changes {
  readonly adds: number;
  readonly removals: number;
}

/** Somebody whom another application put into each group that `Salto.makeGroups` makes. */
export const stranger = {
  id: '5a170000-0000-4000-8000-0000000000f0',
  email: 'stranger@elsewhere.example',
  first_name: 'Ines',
  last_name: 'Vidal',
} as const;

interface ByHand {
  readonly groupId: string;
  readonly person: { readonly email: string | null };
}

type SiteName = 'lab' | 'paris';

/** The fake Salto KS, as somebody who looks into it sees it. */
export class Salto {
  readonly #system: System;

  constructor(system: System) {
    this.#system = system;
  }

  /**
   * Makes access groups that open a site's room A around the clock, each with the stranger in it.
   * @returns their ids
   */
  async makeGroups(count: number, site: SiteName = 'lab'): Promise<string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    const everyDay = { monday: true, tuesday: true, wednesday: true, thursday: true, friday: true };
    const always = { ...everyDay, saturday: true, sunday: true, start_time: '00:00', end_time: '23:59' };
    await this.#system.saltoControl.post('/seed', {
      accounts: [stranger],
      sites: [
        {
          // Only what is new is added; the site itself stays as it is.
          ...{ id: demo[site].id, site_uid: '-', customer_reference: '-', time_zone: 'UTC', user_amount: 0 },
          users: [{ user_id: stranger.id }],
          locks: [],
          access_groups: ids.map((id) => ({
            ...{ id, customer_reference: `Group ${id}`, lock_ids: [demo[site].locks.roomA] },
            ...{ time_schedules: [always], user_ids: [stranger.id] },
          })),
        },
      ],
    });
    return ids;
  }

  /**
   * From now on whatever is asked about groups takes this long, as it does at the real Salto. Done it is all the same
   * when whoever asked dies meanwhile.
   */
  async takes(delayMs: number): Promise<void> {
    const effect = { kind: 'delay', delay_ms: delayMs };
    await this.#system.saltoControl.post('/faults', { path: '/v1.2/sites/*/access_groups/**', effect });
  }

  /** From now on, until `works`: what a rule says. */
  async fails(rule: object): Promise<void> {
    await this.#system.saltoControl.post('/faults', rule);
  }

  /** All rules are over, and what was late is done. */
  async works(): Promise<void> {
    await this.#system.saltoControl.delete('/faults');
    await this.#system.saltoControl.post('/late-writes/release');
  }

  /**
   * Somebody takes a member out of its group in Salto's dashboard, or puts it in; nothing happens to one whom Salto does
   * not know yet.
   */
  async byHand(change: 'POST' | 'DELETE', { groupId, person }: ByHand): Promise<void> {
    const { accounts } = await this.#system.saltoControl.get<State>('/state');
    const user = accounts.find(({ email }) => email === person.email);
    if (user === undefined) return;
    const path = `/foreign/access_groups/${groupId}/users/${user.id}`;
    await (change === 'POST' ? this.#system.saltoControl.post(path) : this.#system.saltoControl.delete(path));
  }

  /** The e-mails of everybody in each of the groups but the stranger; throws where the stranger was taken out. */
  async members(groupIds: readonly string[]): Promise<string[][]> {
    const { accounts, access_groups } = await this.#system.saltoControl.get<State>('/state');
    const emails = new Map(accounts.map(({ id, email }) => [id, email ?? id]));
    const groups = new Map(access_groups.map((group) => [group.id, group.user_ids]));
    return groupIds.map((groupId) => {
      const userIds = groups.get(groupId) ?? [];
      if (!userIds.includes(stranger.id)) throw new Error(`the stranger is not in group ${groupId} any more`);
      return userIds
        .filter((id) => id !== stranger.id)
        .map((id) => emails.get(id) ?? id)
        .sort();
    });
  }

  /** Whether a member's user holds a seat: `subscribed` or `suspended`. */
  async subscription({ email }: { readonly email: string | null }): Promise<string | undefined> {
    const { accounts, site_users } = await this.#system.saltoControl.get<State>('/state');
    const account = accounts.find((one) => one.email === email);
    return site_users.find(({ user_id }) => user_id === account?.id)?.subscription_state;
  }

  /** Calls that put people into the group and took them out, whatever became of the answers. */
  async changes(groupId: string): Promise<Changes> {
    const count = async (method: string, path: string) => {
      const query = new URLSearchParams({ method, path: `/v1.2/sites/*/access_groups/${groupId}/${path}`, limit: '0' });
      return (await this.#system.saltoControl.get<{ count: number }>(`/calls?${query.toString()}`)).count;
    };
    return { adds: await count('POST', 'users'), removals: await count('DELETE', 'users/*') };
  }

  /** The calls of a trace, oldest first. */
  async callsOf(traceId: string): Promise<Call[]> {
    const { items } = await this.#system.saltoControl.get<{ items: Call[] }>('/calls?limit=100000');
    return items.filter(({ traceparent }) => traceparent?.split('-')[1] === traceId);
  }
}

import type { z } from 'zod';
import { AccessGroupsClient } from './access-groups.client.ts';
import type { Call } from './call.ts';
import { EntriesClient } from './entries.client.ts';
import { listAll, type ListOptions } from './list.ts';
import {
  groupMemberAnswer,
  roleAnswer,
  siteAnswer,
  siteMeAnswer,
  siteUserAnswer,
  type SiteUserAnswer,
} from './salto-ks.schemas.ts';

/** Sends one authorised call within the connection's budget; what a connection gives its client. */
export type Sender = <Answer>(call: Call<Answer>) => Promise<Answer>;

export interface NewUser {
  readonly givenName: string;
  readonly familyName: string;
  /** Salto sends its invitation there. Never empty: Salto refuses that with 1101. */
  readonly email: string;
  readonly roleId: string;
}

/**
 * A site of the Salto KS Connect API, thin: one method is one call, a list one call a page. Two ids per user: the site
 * user id for `/users/…`, the platform id for groups. Every method throws SaltoKsError.
 */
export class SaltoKsSite {
  readonly accessGroups: AccessGroupsClient;
  readonly entries: EntriesClient;
  readonly #send: Sender;
  readonly #apiUrl: string;
  readonly #site: string;

  constructor(send: Sender, apiUrl: string, siteId: string) {
    this.#send = send;
    this.#apiUrl = apiUrl;
    this.#site = `${apiUrl}/v1.2/sites/${encodeURIComponent(siteId)}`;
    this.accessGroups = new AccessGroupsClient(send, apiUrl, siteId);
    this.entries = new EntriesClient(send, apiUrl, siteId);
  }

  site(): Promise<z.infer<typeof siteAnswer>> {
    return this.#send({ operation: 'read site', method: 'GET', url: this.#site, answer: siteAnswer });
  }

  /** What our own account may do here. */
  me(): Promise<z.infer<typeof siteMeAnswer>> {
    return this.#send({ operation: 'read own roles', method: 'GET', url: `${this.#site}/me`, answer: siteMeAnswer });
  }

  roles(): Promise<z.infer<typeof roleAnswer>[]> {
    return this.#list('read roles', `${this.#site}/roles`, roleAnswer);
  }

  async userByEmail(email: string): Promise<SiteUserAnswer | undefined> {
    const filter = encodeURIComponent(`user/email eq '${email.replaceAll("'", "''")}'`);
    const users = await this.#list('find user', `${this.#site}/users?$filter=${filter}`, siteUserAnswer);
    // Should the filter be ignored, nobody else's user may be taken for this one.
    return users.find(({ user }) => user.email?.toLowerCase() === email.toLowerCase());
  }

  user(siteUserId: string): Promise<SiteUserAnswer> {
    return this.#send({
      operation: 'read user',
      method: 'GET',
      url: `${this.#site}/users/${encodeURIComponent(siteUserId)}`,
      answer: siteUserAnswer,
      notFound: 'user_deleted_externally',
    });
  }

  createUser(user: NewUser, beforeSend: () => Promise<void>): Promise<SiteUserAnswer> {
    const body = {
      first_name: user.givenName,
      last_name: user.familyName,
      alias: `${user.givenName} ${user.familyName}`.trim(),
      email: user.email,
      role_ids: [user.roleId],
      blocked: false,
      use_pin: false,
    };
    return this.#send({
      operation: 'create user',
      method: 'POST',
      url: `${this.#site}/users`,
      body,
      answer: siteUserAnswer,
      beforeSend,
    });
  }

  /** Asks for a seat; Salto may answer with success and give none: read the user afterwards. */
  async subscribe(siteUserId: string): Promise<void> {
    await this.#send({
      operation: 'subscribe user',
      method: 'PATCH',
      url: `${this.#site}/users/${encodeURIComponent(siteUserId)}/subscription`,
      body: { state: 'subscribed' },
      notFound: 'user_deleted_externally',
    });
  }

  /**
   * Platform ids.
   * @param onPage called before each call
   */
  async groupMembers(groupId: string, onPage?: () => void): Promise<ReadonlySet<string>> {
    const url = `${this.#group(groupId)}/users`;
    return new Set(
      await this.#list('read group members', url, groupMemberAnswer, { notFound: 'group_missing', onPage }),
    );
  }

  async addToGroup(groupId: string, platformId: string, beforeSend: () => Promise<void>): Promise<void> {
    await this.#send({
      operation: 'add to group',
      method: 'POST',
      url: `${this.#group(groupId)}/users`,
      body: { user_id: platformId },
      notFound: 'group_missing',
      beforeSend,
    });
  }

  async removeFromGroup(groupId: string, platformId: string, beforeSend: () => Promise<void>): Promise<void> {
    await this.#send({
      operation: 'remove from group',
      method: 'DELETE',
      url: `${this.#group(groupId)}/users/${encodeURIComponent(platformId)}`,
      notFound: 'group_missing',
      beforeSend,
    });
  }

  #group(groupId: string): string {
    return `${this.#site}/access_groups/${encodeURIComponent(groupId)}`;
  }

  #list<Item extends z.ZodType>(
    operation: string,
    url: string,
    item: Item,
    options: ListOptions = {},
  ): Promise<z.output<Item>[]> {
    return listAll(this.#send, this.#apiUrl, { operation, url, item, ...options });
  }
}

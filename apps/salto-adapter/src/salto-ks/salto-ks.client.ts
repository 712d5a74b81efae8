import type { z } from 'zod';
import { AccessGroupsClient } from './access-groups.client.ts';
import type { Call, Sender } from './call.ts';
import { EntriesClient } from './entries.client.ts';
import { listAll, type ListOptions } from './list.ts';
import {
  groupMemberAnswer,
  roleAnswer,
  siteAnswer,
  siteMeAnswer,
  siteUserAnswer,
  subscriptionAnswer,
  type SiteUserAnswer,
} from './salto-ks.schemas.ts';

/** How a user is called. An e-mail is never empty, Salto refuses that with 1101; null leaves it as it is. */
export interface UserContact {
  readonly givenName: string;
  readonly familyName: string;
  readonly email: string | null;
}

export interface NewUser extends UserContact {
  /** Salto sends its invitation there. */
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

  users(): Promise<SiteUserAnswer[]> {
    return this.#list('read users', `${this.#site}/users`, siteUserAnswer);
  }

  createUser(user: NewUser, beforeSend: () => Promise<void>): Promise<SiteUserAnswer> {
    const body = { ...contactBody(user), role_ids: [user.roleId], blocked: false, use_pin: false };
    return this.#send({
      operation: 'create user',
      method: 'POST',
      url: `${this.#site}/users`,
      body,
      answer: siteUserAnswer,
      beforeSend,
    });
  }

  changeUser(siteUserId: string, contact: UserContact, beforeSend: () => Promise<void>): Promise<void> {
    return this.#changeUser('change user', 'PATCH', siteUserId, '', { body: contactBody(contact), beforeSend });
  }

  /** Asks for a seat; Salto may answer with success and give none: read the user afterwards. */
  subscribe(siteUserId: string): Promise<void> {
    return this.#changeUser('subscribe user', 'PATCH', siteUserId, '/subscription', { body: { state: 'subscribed' } });
  }

  /** Takes the seat away; memberships stay. */
  suspend(siteUserId: string, beforeSend: () => Promise<void>): Promise<void> {
    const body = { state: 'suspended' };
    return this.#changeUser('suspend user', 'PATCH', siteUserId, '/subscription', { body, beforeSend });
  }

  /** The seat is free at once; the user is shown for some seconds more. */
  deleteUser(siteUserId: string, beforeSend: () => Promise<void>): Promise<void> {
    return this.#changeUser('delete user', 'DELETE', siteUserId, '', { beforeSend });
  }

  /** What the site has paid for. */
  subscription(): Promise<z.infer<typeof subscriptionAnswer>> {
    const url = `${this.#site}/subscription`;
    return this.#send({ operation: 'read subscription', method: 'GET', url, answer: subscriptionAnswer });
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

  async #changeUser(
    operation: string,
    method: 'PATCH' | 'DELETE',
    siteUserId: string,
    aspect: '' | '/subscription',
    { body, beforeSend }: Pick<Call<unknown>, 'body' | 'beforeSend'>,
  ): Promise<void> {
    const url = `${this.#site}/users/${encodeURIComponent(siteUserId)}${aspect}`;
    const sent = { ...(body !== undefined && { body }), ...(beforeSend && { beforeSend }) };
    await this.#send({ operation, method, url, notFound: 'user_deleted_externally', ...sent });
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

function contactBody({ givenName, familyName, email }: UserContact) {
  return {
    first_name: givenName,
    last_name: familyName,
    alias: `${givenName} ${familyName}`.trim(),
    ...(email !== null && { email }),
  };
}

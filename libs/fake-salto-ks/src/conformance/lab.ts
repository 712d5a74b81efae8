import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { NotVerifiable } from './check.ts';
import { Created, type CreatedUser } from './created.ts';
import { listAll } from './list-all.ts';
import type { Answer } from './salto-client.ts';
import { itemsOf, objectOf, outcome, type JsonObject } from './seen.ts';
import type { Method, Session } from './session.ts';

/** Everything that the suite makes is named so. */
export const namePrefix = 'latchkey-conformance';

/** Salto takes up to about a minute to spread a new user; the adapter waits two. */
const PATIENCE_MS = 120_000;
const HOUR_MS = 3_600_000;

/**
 * What one check works with: its own users and groups on the site, removed again by `cleanUp`. It refuses to change
 * anything else: a mistake in a check must not cost a real site anything.
 */
export class Lab {
  readonly session: Session;
  readonly #created = new Created();

  constructor(session: Session) {
    this.session = session;
  }

  /** A call below the site. Throws, without calling, when it would change what this check did not create. */
  async site(method: Method, path: string, body?: JsonObject, version: 'v1.1' | 'v1.2' = 'v1.2'): Promise<Answer> {
    if (method !== 'GET' && !this.#created.covers(method, path, body))
      throw new Error(`${method} ${path} is about what this check did not create`);
    const answer = await this.session.site(method, path, body, version);
    if (method === 'POST') this.#created.add(path, objectOf(answer.body));
    return answer;
  }

  /** The same below another site of the account: it, too, may only be about what this check created. */
  async atAnotherSite(method: Method, path: string, body: JsonObject): Promise<Answer> {
    if (!this.#created.covers(method, path, body))
      throw new Error(`${method} ${path} is about what this check did not create`);
    const { target } = this.session;
    const others = itemsOf(await this.session.api('/v1.2/sites'))?.filter(({ id }) => id !== target.siteId);
    const { id } = this.need(others?.[0], 'an account that is on another site, too');
    return this.session.site(method, path, body, 'v1.2', String(id));
  }

  get(path: string): Promise<Answer> {
    return this.site('GET', path);
  }

  /** A new name; no two are alike, over all runs. */
  name(): string {
    return `${namePrefix} ${randomBytes(6).toString('hex')}`;
  }

  /** Asks for a user without an e-mail, so without a mail to anybody. */
  async askForUser(fields: JsonObject = {}): Promise<Answer> {
    const role_ids = [await this.roleId('site_user')];
    const names = { first_name: 'Conformance', last_name: 'Test', alias: this.name() };
    return this.site('POST', 'users', { ...names, role_ids, blocked: false, use_pin: false, ...fields });
  }

  async createUser(fields: JsonObject = {}): Promise<CreatedUser> {
    return this.#userOf(await this.askForUser(fields));
  }

  /** A user that has arrived everywhere, so that 2202 and 2203 mean what they say. */
  async createReadyUser(fields: JsonObject = {}): Promise<CreatedUser> {
    const user = await this.createUser(fields);
    await this.until('has no roles', async () => rolesOf((await this.get(`users/${user.id}`)).body).length > 0);
    return user;
  }

  /** Asks for a guest of an hour. */
  askForGuest(fields: JsonObject = {}): Promise<Answer> {
    const expires_at = new Date(Date.now() + HOUR_MS).toISOString();
    return this.site('POST', 'guests', { alias: this.name(), expires_at, ...fields });
  }

  async createGuest(fields: JsonObject = {}): Promise<CreatedUser> {
    return this.#userOf(await this.askForGuest(fields));
  }

  /** An access group without schedule and locks: it opens nothing. */
  async createGroup(customer_reference = this.name()): Promise<string> {
    const answer = await this.site('POST', 'access_groups', { customer_reference });
    const { id } = objectOf(answer.body);
    if (typeof id !== 'string') throw new Error(`creating a group was answered ${outcome(answer)}`);
    return id;
  }

  async roleId(code: string): Promise<string> {
    const role = itemsOf(await this.get('roles'))?.find((candidate) => candidate.code === code);
    if (typeof role?.id !== 'string') throw new Error(`the site has no role ${code}`);
    return role.id;
  }

  /** All items of a list below the site, over all pages. */
  list(path: string): Promise<JsonObject[]> {
    return listAll(this.session, path);
  }

  /** The platform ids in a group, whichever shape its users have. */
  async memberIds(groupId: string): Promise<unknown[]> {
    return (await this.list(`access_groups/${groupId}/users`)).map((item) => objectOf(item.user).id ?? item.id);
  }

  /** Waits for what takes Salto time. Throws after two minutes, with what was still so. */
  async until(still: string, condition: () => Promise<boolean>): Promise<void> {
    const endsAt = performance.now() + PATIENCE_MS;
    while (!(await condition())) {
      if (performance.now() > endsAt) throw new Error(`still ${still} after ${PATIENCE_MS / 1000} s`);
      await wait(this.session.target.pollMs);
    }
  }

  /** What a check needs and this target may not have; the check is then not verified. */
  need<T>(value: T | undefined, what: string): T {
    if (value === undefined) throw new NotVerifiable(`needs ${what}`);
    return value;
  }

  /** Removes what the check made. What resists is left to the sweep at the end of the run. */
  async cleanUp(): Promise<void> {
    for (const path of this.#created.paths()) await this.session.site('DELETE', path).catch(() => undefined);
  }

  #userOf(answer: Answer): CreatedUser {
    const user = this.#created.user(objectOf(answer.body).id);
    if (!user) throw new Error(`creating a user was answered ${outcome(answer)}`);
    return user;
  }
}

export function rolesOf(body: unknown): unknown[] {
  const { roles } = objectOf(body);
  return Array.isArray(roles) ? roles.map((role) => objectOf(role).code) : [];
}

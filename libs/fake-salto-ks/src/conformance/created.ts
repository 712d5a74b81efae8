import type { Method } from './session.ts';
import { objectOf, type JsonObject } from './seen.ts';

export interface CreatedUser {
  /** For `users/{id}`. */
  readonly id: string;
  /** For access groups. */
  readonly platformId: string;
  readonly body: JsonObject;
}

const userCollections = ['users', 'guests'];

/** What one check made on the site, and so may change. Paths are those below the site. */
export class Created {
  /** By both ids. */
  readonly #users = new Map<string, CreatedUser>();
  readonly #groups = new Set<string>();

  /** Notes what a POST answered. */
  add(path: string, body: JsonObject): void {
    const { id, user } = body;
    if (typeof id !== 'string') return;
    if (path === 'access_groups') this.#groups.add(id);
    if (!userCollections.includes(path)) return;
    const created = { id, platformId: String(objectOf(user).id), body };
    this.#users.set(id, created).set(created.platformId, created);
  }

  user(id: unknown): CreatedUser | undefined {
    return typeof id === 'string' ? this.#users.get(id) : undefined;
  }

  /** Whether a call makes something new, or changes nothing but what is in here. */
  covers(method: Method, path: string, body: JsonObject | undefined): boolean {
    const [collection = '', id, below, belowId] = path.split('/');
    if (id === undefined) return method === 'POST' && [...userCollections, 'access_groups'].includes(collection);
    if (collection === 'users') return this.#users.has(id);
    const isOwnGroup = collection === 'access_groups' && this.#groups.has(id);
    return isOwnGroup && (below !== 'users' || this.user(belowId ?? body?.user_id) !== undefined);
  }

  /** What to delete, groups first. */
  paths(): string[] {
    const users = [...new Set(this.#users.values())];
    return [...[...this.#groups].map((id) => `access_groups/${id}`), ...users.map(({ id }) => `users/${id}`)];
  }
}

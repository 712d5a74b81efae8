import type pg from 'pg';

/** The process is gone at this point. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/**
 * Boundaries of an attempt: before and after each statement and each call to Salto. At the chosen one the process
 * "dies": its database session ends at once, and nothing of the attempt happens any more.
 */
export class CrashPoint {
  #left: number;
  #client: pg.PoolClient | undefined;
  #isDead = false;

  /** @param boundary from 1; Infinity: never */
  constructor(boundary: number) {
    this.#left = boundary;
  }

  readonly pass = (): void => {
    this.#left -= 1;
    if (this.#left === 0) {
      this.#isDead = true;
      // Ending the socket, not the session politely: the server finds out, as after a kill.
      this.#client?.release(true);
    }
    if (this.#isDead) throw new Crash('the process has ended');
  };

  /** The pool as seen by a process that dies at this point. */
  pool(pool: pg.Pool): pg.Pool {
    return new Proxy(pool, {
      get: (target, name) => {
        if (name === 'connect') return async () => this.#watch(await target.connect());
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  #watch(client: pg.PoolClient): pg.PoolClient {
    this.#client = client;
    return new Proxy(client, {
      get: (target, name) => {
        if (name === 'query') {
          return async (sql: string, values: unknown[]) => {
            this.pass();
            const result: unknown = await target.query(sql, values);
            this.pass();
            return result;
          };
        }
        if (name === 'release') return (destroy?: boolean) => !this.#isDead && target.release(destroy);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }
}

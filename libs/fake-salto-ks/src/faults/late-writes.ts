import { randomUUID } from 'node:crypto';

export interface LateWrite {
  id: string;
  method: string;
  path: string;
}

interface Held extends LateWrite {
  apply: () => Promise<unknown>;
  timer: NodeJS.Timeout | undefined;
}

/** Writes whose caller got no answer and that are not yet done. */
export class LateWrites {
  readonly #held = new Map<string, Held>();

  /** Holds a write until it is released, or for `afterMs`. */
  hold(write: { method: string; path: string; apply: () => Promise<unknown> }, afterMs?: number): void {
    const id = randomUUID();
    const timer = afterMs === undefined ? undefined : setTimeout(() => void this.#apply(id), afterMs);
    this.#held.set(id, { id, ...write, timer });
  }

  all(): LateWrite[] {
    return [...this.#held.values()].map(({ id, method, path }) => ({ id, method, path }));
  }

  /** Does all held writes now, in their order; answers those done. */
  async release(): Promise<LateWrite[]> {
    const released = this.all();
    for (const { id } of released) await this.#apply(id);
    return released;
  }

  /** Forgets held writes undone. */
  clear(): void {
    for (const { timer } of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
  }

  async #apply(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.delete(id);
    clearTimeout(held.timer);
    await held.apply();
  }
}

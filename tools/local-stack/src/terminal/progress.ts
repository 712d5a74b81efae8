import type { Writable } from 'node:stream';

/** Where progress goes: a terminal, or a file or pipe, which gets plain lines only. */
export type ProgressOutput = Writable & { readonly isTTY?: boolean; readonly columns?: number };

const redrawEveryMs = 200;

/** Tells what is under way and how long each part took. On a terminal its last line shows what still runs. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #running = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  /** Runs a part, and tells when it is done or has failed. */
  async task<T>(name: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    this.#running.set(name, startedAt);
    this.#timer ??= this.#output.isTTY ? setInterval(() => this.#drawStatus(), redrawEveryMs) : undefined;
    let mark = '✓';
    try {
      return await work();
    } catch (error) {
      mark = '✗';
      throw error;
    } finally {
      this.#running.delete(name);
      this.note(`${mark} ${name} ${secondsSince(startedAt)}`);
      if (this.#running.size === 0) this.#stopDrawing();
    }
  }

  /** A line that stays. */
  note(line: string): void {
    this.#eraseStatus();
    this.#output.write(`${line}\n`);
  }

  #drawStatus(): void {
    this.#eraseStatus();
    const parts = [...this.#running].map(([name, startedAt]) => `${name} ${secondsSince(startedAt)}`);
    this.#output.write(`… ${parts.join(' · ')}`.slice(0, (this.#output.columns ?? 80) - 1));
  }

  #eraseStatus(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }

  #stopDrawing(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function secondsSince(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

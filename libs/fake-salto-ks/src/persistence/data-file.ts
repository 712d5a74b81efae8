import { readFile, rename, writeFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import type { Snapshot } from '../state/state.ts';

/** What survives a restart: the state, and the key, so that tokens given out stay good. */
export interface Stored {
  version: 1;
  signing_key: JWK;
  state: Snapshot;
}

/** Changes within this time are written together. A kill loses at most as much. */
const WRITE_BEHIND_MS = 200;

/** How soon after a failure it is tried again, also when nothing changes any more. */
const RETRY_MS = 2_000;

/** A JSON file, written behind and atomically: a kill in the middle of writing leaves the former file whole. */
export class DataFile {
  readonly #path: string;
  readonly #content: () => Stored;
  readonly #onFailure: (error: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** `onFailure` hears of each write behind that failed; a later one may do. */
  constructor(path: string, content: () => Stored, onFailure: (error: Error) => void) {
    this.#path = path;
    this.#content = content;
    this.#onFailure = onFailure;
  }

  /** The file of an earlier run, if there is one. Throws when it cannot be read as ours. */
  static async read(path: string): Promise<Stored | undefined> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const stored = parsed(text);
    if (stored?.version !== 1) throw new Error(`${path} was not written by this version of the fake`);
    return stored as Stored;
  }

  /** To be called after each change. */
  changed(): void {
    this.#writeIn(WRITE_BEHIND_MS);
  }

  /** Writes now. Writes never overlap; rejects when this one failed, whatever became of those before. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const writing = this.#writing.then(() => this.#write());
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  #writeIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.flush().catch((error: unknown) => {
        this.#onFailure(error as Error);
        this.#writeIn(RETRY_MS);
      });
    }, ms).unref();
  }

  async #write(): Promise<void> {
    const temporary = `${this.#path}.tmp`;
    try {
      await writeFile(temporary, JSON.stringify(this.#content()));
      await rename(temporary, this.#path);
    } catch (cause) {
      throw new Error(`The data file ${this.#path} cannot be written: ${(cause as Error).message}`, { cause });
    }
  }
}

function parsed(text: string): Partial<Stored> | null {
  try {
    return JSON.parse(text) as Partial<Stored> | null;
  } catch {
    return null;
  }
}

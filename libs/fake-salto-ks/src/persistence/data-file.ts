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

/** A JSON file, written behind and atomically: a kill in the middle of writing leaves the former file whole. */
export class DataFile {
  readonly #path: string;
  readonly #content: () => Stored;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, content: () => Stored) {
    this.#path = path;
    this.#content = content;
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
    const stored = JSON.parse(text) as Stored;
    if (stored.version !== 1) throw new Error(`${path} was not written by this version of the fake`);
    return stored;
  }

  /** To be called after each change. */
  changed(): void {
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_BEHIND_MS);
  }

  /** Writes now. Writes never overlap; rejects when the last one failed. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const temporary = `${this.#path}.tmp`;
    await writeFile(temporary, JSON.stringify(this.#content()));
    await rename(temporary, this.#path);
  }
}

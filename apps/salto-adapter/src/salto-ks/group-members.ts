type Members = ReadonlySet<string>;

/** Reads the members, and calls `onPage` for each call that it makes. */
type Load = (onPage: () => void) => Promise<Members>;

export interface GroupRead {
  readonly members: Members;
  /** How long before it was asked for the read began, ms; 0 where it began afterwards. */
  readonly ageMs: number;
}

class Read {
  /** Calls made so far. */
  pages = 0;
  isRunning = true;
  /** Begins when this one has ended, for all who came too late for this. */
  next: Promise<Members> | undefined;
  readonly beganAt: number;
  readonly members: Promise<Members>;

  /** @param beganAt `performance.now()` */
  constructor(beganAt: number, load: Load) {
    this.beganAt = beganAt;
    this.members = load(() => (this.pages += 1));
  }
}

/**
 * Reads a group's members once for all who ask at about the same time, so that a thousand windows that open together
 * need some reads and not a thousand.
 */
export class GroupMembers {
  readonly #newest = new Map<string, Read>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * The members as of at most some time ago.
   * @param key site and group
   * @param maxAgeMs how old a read of so many pages may be, ms: 0 means one that begins after this call
   * @throws what `load` throws; a failed read is nobody's later answer
   */
  async read(key: string, maxAgeMs: (pages: number) => number, load: Load): Promise<GroupRead> {
    const read = this.#newest.get(key);
    if (read !== undefined) {
      const ageMs = this.#now() - read.beganAt;
      const limitMs = maxAgeMs(Math.max(1, read.pages));
      if (limitMs > 0 && ageMs <= limitMs) return { members: await read.members, ageMs };
      if (read.isRunning) return { members: await this.#after(read, key, load), ageMs: 0 };
    }
    return { members: await this.#begin(key, load), ageMs: 0 };
  }

  #after(read: Read, key: string, load: Load): Promise<Members> {
    const begin = () => this.#begin(key, load);
    return (read.next ??= read.members.then(begin, begin));
  }

  #begin(key: string, load: Load): Promise<Members> {
    const read = new Read(this.#now(), load);
    this.#newest.set(key, read);
    read.members.then(
      () => (read.isRunning = false),
      () => this.#newest.get(key) === read && this.#newest.delete(key),
    );
    return read.members;
  }
}

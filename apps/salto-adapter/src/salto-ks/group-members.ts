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
  /** Of the attempt that reads: its first call waits as long as that has to. */
  readonly urgency: number;
  readonly members: Promise<Members>;

  /** @param beganAt `performance.now()` */
  constructor(beganAt: number, urgency: number, load: Load) {
    this.beganAt = beganAt;
    this.urgency = urgency;
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
   * @param urgency of who asks, 1 to 4: nobody waits for a read that less urgent ones are about to begin
   * @param maxAgeMs how old a read of so many pages may be, ms: 0 means one that begins after this call
   * @throws what `load` throws; a failed read is nobody's later answer
   */
  async read(key: string, urgency: number, maxAgeMs: (pages: number) => number, load: Load): Promise<GroupRead> {
    const read = this.#newest.get(key);
    if (read !== undefined && !isTooPatient(read, urgency)) {
      const ageMs = this.#now() - read.beganAt;
      const limitMs = maxAgeMs(Math.max(1, read.pages));
      if (limitMs > 0 && ageMs <= limitMs) return { members: await read.members, ageMs };
      if (read.isRunning) return { members: await this.#after(read, key, urgency, load), ageMs: 0 };
    }
    return { members: await this.#begin(key, urgency, load), ageMs: 0 };
  }

  #after(read: Read, key: string, urgency: number, load: Load): Promise<Members> {
    const begin = () => this.#begin(key, urgency, load);
    return (read.next ??= read.members.then(begin, begin));
  }

  #begin(key: string, urgency: number, load: Load): Promise<Members> {
    const read = new Read(this.#now(), urgency, load);
    this.#newest.set(key, read);
    read.members.then(
      () => (read.isRunning = false),
      () => this.#newest.get(key) === read && this.#newest.delete(key),
    );
    return read.members;
  }
}

/** Its first call waits in a less urgent class. Once that is answered, the others are class 1. */
function isTooPatient({ isRunning, pages, urgency: its }: Read, urgency: number): boolean {
  return isRunning && pages <= 1 && its > urgency;
}

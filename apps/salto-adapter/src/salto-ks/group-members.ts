type Members = ReadonlySet<string>;

interface Read {
  /** `performance.now()`. */
  readonly beganAt: number;
  readonly members: Promise<Members>;
}

interface Slot {
  running: Read;
  isRunning: boolean;
  /** Begins when the running one has ended, for all who came too late for that. */
  next: Promise<Members> | undefined;
}

/**
 * Reads a group's members once for all who ask at about the same time, so that a thousand windows that open together
 * need some reads and not a thousand.
 */
export class GroupMembers {
  readonly #slots = new Map<string, Slot>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * The members as of at most `maxAgeMs` ago: 0 means a read that begins after this call.
   * @param key site and group
   * @throws what `load` throws; a failed read is nobody's later answer
   */
  async read(key: string, maxAgeMs: number, load: () => Promise<Members>): Promise<Members> {
    const slot = this.#slots.get(key);
    if (slot === undefined) return this.#begin(key, load);
    if (maxAgeMs > 0 && slot.running.beganAt >= this.#now() - maxAgeMs) return slot.running.members;
    if (!slot.isRunning) return this.#begin(key, load);
    slot.next ??= slot.running.members.then(
      () => this.#begin(key, load),
      () => this.#begin(key, load),
    );
    return slot.next;
  }

  #begin(key: string, load: () => Promise<Members>): Promise<Members> {
    const members = load();
    const slot: Slot = { running: { beganAt: this.#now(), members }, isRunning: true, next: undefined };
    this.#slots.set(key, slot);
    members.then(
      () => (slot.isRunning = false),
      () => this.#slots.get(key) === slot && this.#slots.delete(key),
    );
    return members;
  }
}

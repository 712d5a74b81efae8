import { canBeRead, memoryMiB, ownProcesses } from './processes.ts';

const EVERY_MS = 2_000;

/** The most memory that all processes of the system took together, this one and its clients included. */
export class MemoryWatch {
  #peakMiB = 0;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#timer = canBeRead ? setInterval(() => this.#look(), EVERY_MS) : undefined;
  }

  /** MiB; 0 where the system does not tell. */
  stop(): number {
    clearInterval(this.#timer);
    if (canBeRead) this.#look();
    return this.#peakMiB;
  }

  #look(): void {
    this.#peakMiB = Math.max(this.#peakMiB, memoryMiB(ownProcesses()));
  }
}

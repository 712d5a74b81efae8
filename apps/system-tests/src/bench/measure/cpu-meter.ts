import { canBeRead, cpuMsOf } from './processes.ts';

/** Processor time by program, since it was made: it says who takes the time, also on a machine that others use. */
export class CpuMeter {
  readonly #programs: ReadonlyMap<string, number>;
  readonly #before: ReadonlyMap<string, number>;

  /** @param programs process ids of programs, by name */
  constructor(programs: ReadonlyMap<string, number>) {
    this.#programs = programs;
    this.#before = this.#now();
  }

  /** `temporal 4.1, postgres 2.0, … ms each`, the largest first. */
  perItem(items: number): string {
    const used = [...this.#now()].map(([name, ms]) => [name, (ms - (this.#before.get(name) ?? 0)) / items] as const);
    const total = used.reduce((sum, [, ms]) => sum + ms, 0);
    const parts = used.toSorted(([, a], [, b]) => b - a).filter(([, ms]) => ms >= 0.1);
    return `${total.toFixed(1)} ms each: ${parts.map(([name, ms]) => `${name} ${ms.toFixed(1)}`).join(', ')}`;
  }

  #now(): ReadonlyMap<string, number> {
    return canBeRead ? cpuMsOf(this.#programs) : new Map();
  }
}

import type { Figure } from './measure/figures.ts';
import type { BenchSystem } from './bench-system.ts';

/** What a scenario is given. */
export interface Stage {
  readonly bench: BenchSystem;
  /** How many entitlements; a scenario's own number where it is not told. */
  readonly n: number | undefined;
  readonly tell: (line: string) => void;
}

/** One part of the benchmark. It throws only if something breaks, never for a figure. */
export type Scenario = (stage: Stage) => Promise<Figure[]>;

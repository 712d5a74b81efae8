import type { Step } from '../processes/run-to-end.ts';
import type { Progress } from '../terminal/progress.ts';
import type { ProfileName } from './profile.ts';
import type { ServiceProcess } from './services.ts';

export interface StackOptions {
  readonly profile: ProfileName;
  /** Everything that has to outlive a restart. One stack at a time uses it. */
  readonly dataFolder: string;
  /** The programs' output; `.local/logs` when absent. */
  readonly logFolder?: string;
  /** Names of the programs to run; all when absent. */
  readonly only?: readonly string[];
  /** The services' processes, when not one of each kind. */
  readonly services?: readonly ServiceProcess[];
  /** Whether Temporal's database is a file. By default so for people, and in memory (quicker) for tests. */
  readonly isTemporalKept?: boolean;
  readonly progress: Progress;
  /** Runs while the servers start, and has to end well before the services do: the build. */
  readonly build?: Step;
  /** Ends the start at once, and whatever has been started. */
  readonly signal?: AbortSignal;
}

import type { ProgramSpec } from '../processes/program.ts';
import type { PortBook } from '../stack/port-book.ts';
import type { ProfileName } from '../stack/profile.ts';

export const infrastructureNames = ['postgres', 'kafka', 'temporal'] as const;

/** What decides where PostgreSQL, Kafka and Temporal come from. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly isDockerRunning: boolean;
  readonly profile: ProfileName;
  readonly dataFolder: string;
  readonly logFolder: string;
  /** Of Docker Compose. */
  readonly project: string;
  readonly ports: PortBook;
  readonly databasePassword: string;
  /** Temporal's database outlives its process; in memory it is several times faster. */
  readonly isTemporalKept: boolean;
  tell(message: string): void;
}

/** Where one of them comes from. */
export interface Resolved<Address> {
  readonly address: Address;
  readonly source: 'environment' | 'Docker' | 'local program';
  /** What has to be installed first, a sentence each; nothing is started while there is any. */
  readonly missing: readonly string[];
  /** Absent for an address in the environment: somebody else runs it. */
  readonly program?: () => Promise<ProgramSpec>;
}

export interface TemporalAddress {
  readonly address: string;
  readonly uiUrl: string;
}

/** Kept by Temporal's own default when there is no other: one per installation. */
export const temporalNamespace = 'latchkey';

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { logsFolder } from '../paths.ts';
import { isDockerRunning } from '../resolve/docker.ts';
import {
  infrastructureNames,
  type Resolved,
  type Surroundings,
  type TemporalAddress,
} from '../resolve/infrastructure.ts';
import { resolveKafka } from '../resolve/kafka.ts';
import { resolvePostgres } from '../resolve/postgres.ts';
import { resolveTemporal } from '../resolve/temporal.ts';
import type { Addresses } from './addresses.ts';
import type { StackOptions } from './options.ts';
import { consoleName } from './console.ts';
import { ownProgramNames } from './own-programs.ts';
import { PortBook } from './port-book.ts';
import { type Secrets, stackSecrets } from './secrets.ts';
import { type ServiceProcess, serviceProcesses } from './services.ts';

/** Something has to be installed before the stack can run. */
export class MissingProgramsError extends Error {
  readonly code = 'programs_missing';

  constructor(missing: readonly string[]) {
    super(
      ['Nothing was started, because something is missing:', ...missing.map((sentence) => `- ${sentence}`)].join('\n') +
        '\nOr start Docker; or name running servers in LATCHKEY_POSTGRES_URL, LATCHKEY_KAFKA_BROKERS and ' +
        'LATCHKEY_TEMPORAL_ADDRESS.',
    );
  }
}

/** All that is decided before anything starts. */
export interface Plan {
  readonly dataFolder: string;
  readonly logFolder: string;
  readonly infrastructure: {
    readonly postgres: Resolved<string>;
    readonly kafka: Resolved<readonly string[]>;
    readonly temporal: Resolved<TemporalAddress>;
  };
  readonly services: readonly ServiceProcess[];
  readonly addresses: Addresses;
  readonly secrets: Secrets;
  isWanted(name: string): boolean;
}

/** Finds out where each part comes from and where it will listen. @throws MissingProgramsError */
export async function planStack(options: StackOptions): Promise<Plan> {
  const isWanted = (name: string) => options.only?.includes(name) ?? true;
  const { dataFolder } = options;
  const secrets = stackSecrets(join(dataFolder, 'secrets.json'));
  const ports = new PortBook(join(dataFolder, 'ports.json'), env(options));
  const logFolder = options.logFolder ?? logsFolder;
  const around = await surroundings(options, ports, secrets, logFolder);
  const infrastructure = {
    postgres: await resolvePostgres(around),
    kafka: await resolveKafka(around),
    temporal: await resolveTemporal(around),
  };
  const missing = infrastructureNames.filter(isWanted).flatMap((name) => infrastructure[name].missing);
  if (missing.length > 0) throw new MissingProgramsError(missing);
  const services = (options.services ?? serviceProcesses).filter(({ name }) => isWanted(name));
  const processes: Record<string, string> = {};
  // The console's address is among the services' settings, whether or not it runs.
  const served = services.length === 0 ? [] : [...services.map((service) => service.name), consoleName];
  for (const name of [...ownProgramNames.filter(isWanted), ...served]) {
    processes[name] = `http://127.0.0.1:${await ports.portFor(name)}`;
  }
  const addresses = {
    postgres: infrastructure.postgres.address,
    kafkaBrokers: infrastructure.kafka.address,
    temporal: infrastructure.temporal.address,
    processes,
  };
  return { dataFolder, logFolder, infrastructure, services, addresses, secrets, isWanted };
}

async function surroundings(
  options: StackOptions,
  ports: PortBook,
  secrets: Secrets,
  logFolder: string,
): Promise<Surroundings> {
  return {
    env: env(options),
    // A stack for tests is always local programs, which can be killed, and whose settings are the tests'.
    isDockerRunning: options.profile === 'demo' && (await isDockerRunning()),
    profile: options.profile,
    dataFolder: options.dataFolder,
    logFolder,
    project: `latchkey-${createHash('sha256').update(options.dataFolder).digest('hex').slice(0, 8)}`,
    ports,
    databasePassword: secrets.databasePassword,
    isTemporalKept: options.isTemporalKept ?? options.profile === 'demo',
    tell: (message) => options.progress.note(message),
  };
}

/** Tests do not see the environment of whoever runs them. */
function env(options: StackOptions): NodeJS.ProcessEnv {
  return options.profile === 'demo' ? process.env : {};
}

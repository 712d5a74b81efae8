import { join } from 'node:path';
import { acceptsQueries, missingForPostgres, postgresProgram, postgresUrl } from '../parts/postgres.ts';
import { profiles } from '../stack/profile.ts';
import { composeProgram } from './docker.ts';
import type { Resolved, Surroundings } from './infrastructure.ts';

/** PostgreSQL; its address is that of a superuser's database. */
export async function resolvePostgres(around: Surroundings): Promise<Resolved<string>> {
  const given = around.env['LATCHKEY_POSTGRES_URL'];
  if (given) {
    const missing = (await acceptsQueries(given)) ? [] : ['No PostgreSQL answers at LATCHKEY_POSTGRES_URL.'];
    return { address: given, source: 'environment', missing };
  }
  const port = await around.ports.portFor('postgres');
  const password = around.databasePassword;
  const address = postgresUrl(port, password);
  const logFile = join(around.logFolder, 'postgres.log');
  if (around.isDockerRunning) {
    const program = composeProgram({
      name: 'PostgreSQL',
      services: ['postgres'],
      project: around.project,
      env: { POSTGRES_PORT: `${port}` },
      databasePassword: password,
      logFile,
      isReady: () => acceptsQueries(address),
    });
    return { address, source: 'Docker', missing: [], program: () => Promise.resolve(program) };
  }
  const dataFolder = join(around.dataFolder, 'postgres');
  const settings = profiles[around.profile].postgres;
  return {
    address,
    source: 'local program',
    missing: await missingForPostgres(around.dataFolder),
    program: () => postgresProgram({ dataFolder, logFile, port, password, settings }),
  };
}

import { join } from 'node:path';
import { downloadTemporal } from '../downloads/temporal-program.ts';
import { temporalProgram } from '../parts/temporal.ts';
import { isListening } from '../processes/probe.ts';
import { profiles } from '../stack/profile.ts';
import { composeProgram } from './docker.ts';
import { type Resolved, type Surroundings, type TemporalAddress, temporalNamespace } from './infrastructure.ts';
import { isTemporalRecent, missingForTemporal, versionOf } from './programs-here.ts';

/** Temporal and its UI. */
export async function resolveTemporal(around: Surroundings): Promise<Resolved<TemporalAddress>> {
  const given = around.env['LATCHKEY_TEMPORAL_ADDRESS'];
  if (given) {
    const missing = (await isListening(given)) ? [] : ['No Temporal answers at LATCHKEY_TEMPORAL_ADDRESS.'];
    const uiUrl = around.env['LATCHKEY_TEMPORAL_UI_URL'] ?? 'http://127.0.0.1:8233';
    return { address: { address: given, uiUrl }, source: 'environment', missing };
  }
  const port = await around.ports.portFor('temporal');
  const uiPort = await around.ports.portFor('temporal-ui');
  const address = { address: `127.0.0.1:${port}`, uiUrl: `http://127.0.0.1:${uiPort}` };
  const logFile = join(around.logFolder, 'temporal.log');
  if (around.isDockerRunning) {
    const program = composeProgram({
      name: 'Temporal',
      services: ['temporal-postgres', 'temporal-schema', 'temporal', 'temporal-ui'],
      project: around.project,
      env: { TEMPORAL_PORT: `${port}`, TEMPORAL_UI_PORT: `${uiPort}` },
      databasePassword: around.databasePassword,
      logFile,
      isReady: () => isListening(address.address),
    });
    return { address, source: 'Docker', missing: [], program: () => Promise.resolve(program) };
  }
  const databaseFile = join(around.dataFolder, 'temporal', 'temporal.db');
  return {
    address,
    source: 'local program',
    missing: await missingForTemporal(),
    program: async () =>
      temporalProgram({
        command: await temporalCommand((message) => around.tell(message)),
        logFile,
        port,
        uiPort,
        namespace: temporalNamespace,
        ...(around.isTemporalKept ? { databaseFile } : {}),
        dynamicConfig: profiles[around.profile].temporal,
      }),
  };
}

/** The `temporal` on the PATH when it is recent enough, else the one that is kept here. */
async function temporalCommand(tell: (message: string) => void): Promise<string> {
  return isTemporalRecent(await versionOf('temporal', '--version')) ? 'temporal' : downloadTemporal(tell);
}

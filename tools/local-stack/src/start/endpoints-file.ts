import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from '../paths.ts';
import type { Endpoints } from '../stack/endpoints.ts';

/** Where `npm start` says how to use what it runs. */
export const endpointsFile = join(localFolder, 'endpoints.json');

/** Readable by its owner only: it names logins. */
export function writeEndpoints(endpoints: Endpoints): void {
  writeFileSync(endpointsFile, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
}

export function removeEndpoints(): void {
  rmSync(endpointsFile, { force: true });
}

/** The endpoints of the running system. Throws a sentence that says what to do when none runs. */
export function readEndpoints(): Endpoints {
  try {
    return JSON.parse(readFileSync(endpointsFile, 'utf8')) as Endpoints;
  } catch (cause) {
    throw new Error(`The system does not run: there is no ${endpointsFile}. \`npm start\` starts it.`, { cause });
  }
}

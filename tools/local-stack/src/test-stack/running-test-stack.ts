import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from '../paths.ts';
import { isListening } from '../processes/probe.ts';
import type { TestStackAddresses } from './test-stack.ts';

/** `npm run stack:test` writes its addresses there while it runs. */
export const testStackFile = join(localFolder, 'test-stack.json');

/** The addresses of the test stack that somebody keeps running, if all of it answers. */
export async function runningTestStack(file = testStackFile): Promise<TestStackAddresses | undefined> {
  const addresses = readAddresses(file);
  if (!addresses) return undefined;
  const servers = [new URL(addresses.postgresUrl).host, ...addresses.kafkaBrokers, addresses.temporalAddress];
  const answers = await Promise.all(servers.map((server) => isListening(server)));
  return answers.every(Boolean) ? addresses : undefined;
}

function readAddresses(file: string): TestStackAddresses | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestStackAddresses;
  } catch {
    return undefined; // none was ever started here, or it was ended in the middle of writing
  }
}

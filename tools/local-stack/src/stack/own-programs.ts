import { join } from 'node:path';
import { repositoryFolder } from '../paths.ts';
import { answersOk } from '../processes/probe.ts';
import type { ProgramSpec } from '../processes/program.ts';
import { baseUrl } from './addresses.ts';
import { heapLimits } from './heap-limits.ts';
import type { Plan } from './plan.ts';

/**
 * What others run in production: the identity server, in whose place is the organisation's own, and Salto KS. Node runs
 * both from their TypeScript sources.
 */
const ownPrograms = {
  'identity-server': {
    entry: 'tools/local-stack/src/identity/identity-server.main.ts',
    memoryMiB: 96,
    readyPath: '/.well-known/openid-configuration',
    env: (dataFolder: string) => ({ KEYS_FILE: join(dataFolder, 'identity-server', 'keys.json') }),
  },
  'fake-salto-ks': {
    entry: 'libs/fake-salto-ks/src/main.ts',
    memoryMiB: 192,
    readyPath: '/_fake/health',
    env: (dataFolder: string) => ({ DATA_FILE: join(dataFolder, 'fake-salto-ks.json') }),
  },
} as const;

export type OwnProgramName = keyof typeof ownPrograms;
export const ownProgramNames = Object.keys(ownPrograms) as OwnProgramName[];

export function ownProgram(name: OwnProgramName, plan: Plan): ProgramSpec {
  const { entry, memoryMiB, readyPath, env } = ownPrograms[name];
  const url = baseUrl(plan.addresses, name);
  return {
    name,
    command: process.execPath,
    args: [...heapLimits(memoryMiB), '--conditions=latchkey-source', join(repositoryFolder, entry)],
    cwd: repositoryFolder,
    env: { ...process.env, PORT: new URL(url).port, ...env(plan.dataFolder) },
    logFile: join(plan.logFolder, `${name}.log`),
    readyWithinMs: 30_000,
    isReady: () => answersOk(`${url}${readyPath}`),
  };
}

import { join } from 'node:path';
import { apiAudience } from '../identity/audience.ts';
import type { appClients } from '../identity/demo-clients.ts';
import { repositoryFolder } from '../paths.ts';
import { answersOk } from '../processes/probe.ts';
import type { ProgramSpec } from '../processes/program.ts';
import { baseUrl } from './addresses.ts';
import { heapLimits } from './heap-limits.ts';
import type { Plan } from './plan.ts';
import { builtFile } from './set-up.ts';

/** The administrators' web app: it serves its page, and hands on what the page asks of the services. */
export const consoleName = 'console';

const memoryMiB = 96;

export function consoleProgram({ addresses, logFolder }: Plan): ProgramSpec {
  const url = baseUrl(addresses, consoleName);
  return {
    name: consoleName,
    command: process.execPath,
    args: [...heapLimits(memoryMiB), '--enable-source-maps', builtFile('apps/console/dist/main.js')],
    cwd: repositoryFolder,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      HTTP_PORT: new URL(url).port,
      BILLING_GATEWAY_URL: baseUrl(addresses, 'billing-gateway'),
      ACCESS_SERVICE_URL: baseUrl(addresses, 'access-service'),
      SALTO_ADAPTER_URL: baseUrl(addresses, 'salto-adapter'),
      OIDC_ISSUER: baseUrl(addresses, 'identity-server'),
      OIDC_CLIENT_ID: 'latchkey-console' satisfies (typeof appClients)[number],
      OIDC_RESOURCE: apiAudience,
    },
    logFile: join(logFolder, `${consoleName}.log`),
    readyWithinMs: 30_000,
    isReady: () => answersOk(`${url}/health/ready`),
  };
}

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '../stack/stack.ts';
import { infrastructureNames } from '../resolve/infrastructure.ts';
import { Progress, type ProgressOutput } from '../terminal/progress.ts';

/** What integration tests connect to; `.local/test-stack.json` holds it. */
export interface TestStackAddresses {
  /** A superuser's, so that each test can make a database of its own. */
  readonly postgresUrl: string;
  readonly kafkaBrokers: readonly string[];
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  /** The launcher's. */
  readonly pid: number;
}

export interface TestStack {
  readonly addresses: TestStackAddresses;
  stop(): Promise<void>;
}

/** PostgreSQL, Kafka and Temporal as tests need them: quick, on free ports, and forgotten at the end. */
export async function startTestStack(output: ProgressOutput): Promise<TestStack> {
  const folder = temporaryFolder();
  const stack = await startStack({
    profile: 'test',
    dataFolder: folder,
    only: infrastructureNames,
    progress: new Progress(output),
  });
  const { postgres, kafka, temporal } = stack.endpoints;
  return {
    addresses: {
      postgresUrl: postgres.server,
      kafkaBrokers: kafka.brokers,
      temporalAddress: temporal.address,
      temporalUiUrl: temporal.uiUrl,
      pid: process.pid,
    },
    stop: async () => {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A folder for a stack that is thrown away. Everybody may enter it: root's PostgreSQL runs as another user. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-stack-'));
  chmodSync(folder, 0o755);
  return folder;
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { kafkaJarsFolder } from '../downloads/kafka-jars.ts';
import { keptTemporal } from '../downloads/temporal-program.ts';

const run = promisify(execFile);

/** What a program prints when asked for its version; undefined when it is not on the PATH or fails. */
export async function versionOf(command: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, args, { timeout: 20_000 });
    return stdout + stderr;
  } catch {
    return undefined;
  }
}

/** Java's major version: `openjdk version "17.0.15"` → 17. */
export function javaMajor(versionText: string | undefined): number | undefined {
  const major = /version "(\d+)/.exec(versionText ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

/** Whether Temporal's CLI has the server that fairness and time skipping need (1.32, in CLI 1.9). */
export function isTemporalRecent(versionText: string | undefined): boolean {
  const server = /Server (\d+)\.(\d+)/.exec(versionText ?? '');
  if (!server) return false;
  const [major, minor] = [Number(server[1]), Number(server[2])];
  return major > 1 || (major === 1 && minor >= 32);
}

/** What keeps Kafka from being run here, with the remedy, a sentence each. */
export async function missingForKafka(): Promise<string[]> {
  const missing: string[] = [];
  if ((javaMajor(await versionOf('java', '-version')) ?? 0) < 17) {
    missing.push(
      'Kafka needs Java 17 or newer: `apt-get install openjdk-17-jre-headless` (Debian, Ubuntu), ' +
        '`brew install openjdk@17` (macOS), or https://adoptium.net.',
    );
  }
  if (!existsSync(kafkaJarsFolder()) && (await versionOf('mvn', '-version')) === undefined) {
    missing.push(
      'Kafka is fetched with Maven, which is not here: `apt-get install maven` (Debian, Ubuntu), ' +
        '`brew install maven` (macOS).',
    );
  }
  return missing;
}

/** What keeps Temporal from being run here, with the remedy, a sentence each. */
export async function missingForTemporal(): Promise<string[]> {
  if (existsSync(keptTemporal()) || isTemporalRecent(await versionOf('temporal', '--version'))) return [];
  if ((await versionOf('python3', '-m', 'pip', '--version')) !== undefined) return [];
  return [
    "Temporal's CLI 1.9 or newer is not on the PATH, and pip, which could fetch it, is not here: " +
      '`apt-get install python3-pip` (Debian, Ubuntu), `brew install temporal` (macOS), or https://docs.temporal.io/cli.',
  ];
}

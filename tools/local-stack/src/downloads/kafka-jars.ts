import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsFolder } from '../paths.ts';

const run = promisify(execFile);
const pom = join(import.meta.dirname, '..', '..', 'kafka', 'pom.xml');

/** The folder of Kafka's jars for this version of the pom; it may not exist yet. */
export function kafkaJarsFolder(): string {
  const version = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  return join(programsFolder, `kafka-${version}`);
}

/** Fetches Kafka's jars with Maven (about 90 files, 100 MB), once. */
export async function downloadKafka(tell: (message: string) => void): Promise<string> {
  const folder = kafkaJarsFolder();
  if (existsSync(folder)) return folder;
  tell('Kafka: fetching its jars with Maven (100 MB, once)');
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(programsFolder, { recursive: true });
  const copy = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`];
  await run('mvn', ['-B', '-q', '-f', pom, ...copy], { maxBuffer: 64 * 1024 * 1024 });
  keep(unfinished, folder);
  return folder;
}

/** Renaming makes a half-made folder impossible; of two launchers at once the first wins. */
export function keep(unfinished: string, folder: string): void {
  if (existsSync(folder)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, folder);
}

import { execFile } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { promisify } from 'node:util';
import { root } from './compose-config.ts';

const run = promisify(execFile);
const longestOutput = 64 * 1024 * 1024;

/** What `COPY . .` of service.Dockerfile copies, out of a checkout without ignored files. */
export async function copyContext(target: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const { stdout } = await run('git', list, { cwd: root, maxBuffer: longestOutput });
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const isIgnored = (file: string) =>
    ignored.some((pattern) => matchesGlob(file, pattern) || matchesGlob(file, `${pattern}/**`));
  for (const file of stdout.split('\0').filter((name) => name !== '' && !isIgnored(name))) {
    cpSync(join(root, file), join(target, file));
  }
}

/** The scripts that service.Dockerfile runs, in its order. */
export function dockerfileSteps(): string[] {
  const dockerfile = readFileSync(join(root, 'deploy', 'docker', 'service.Dockerfile'), 'utf8');
  return [...dockerfile.matchAll(/^RUN .*?(deploy\/docker\/[\w-]+\.sh)/gm)].map(([, script]) => script ?? '');
}

/** Runs a step as the image's build does: nothing of this machine but PATH and where npm keeps what it fetched. */
export async function runStep(context: string, script: string, ...args: string[]): Promise<void> {
  const { PATH, HOME } = process.env;
  const env = { PATH: `${join(process.execPath, '..')}:${PATH}`, HOME };
  await run(join(context, script), args, { cwd: context, env, maxBuffer: longestOutput });
}

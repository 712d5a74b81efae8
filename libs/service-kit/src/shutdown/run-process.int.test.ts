import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@latchkey/test-kit';

// Nest's decorators need the build; it goes where Node still finds the packages.
const kit = join(import.meta.dirname, '..', '..');
const build = join(kit, '..', '..', '.local', 'run-process-test');

const mainOf = (lines: string) => `
  import { Module } from '@nestjs/common';
  import { baseConfig } from './config/settings.js';
  import { readConfig } from './config/read-config.js';
  import { createService } from './http/service.js';
  import { runProcess } from './shutdown/run-process.js';
  class Work {
    async beforeApplicationShutdown() {
      await new Promise((resolve) => setTimeout(resolve, 300));
      console.log('work drained');
    }
  }
  class Nothing {}
  Module({ providers: [Work] })(Nothing);
  const config = { HTTP_HOST: '127.0.0.1', HTTP_PORT: 0, LOG_LEVEL: 'info', LOG_FORMAT: 'json' };
  ${lines}
`;

beforeAll(async () => {
  const swc = ['swc', 'src', '--out-dir', build, '--strip-leading-paths', '--config-file', '../../.swcrc'];
  await promisify(execFile)('npx', ['--no-install', ...swc, '--ignore', '**/*.test.ts'], { cwd: kit });
}, 60_000);
afterAll(() => rm(build, { recursive: true, force: true }));

async function run(name: string, lines: string): Promise<{ child: ChildProcess; output: () => string }> {
  await mkdir(build, { recursive: true });
  const file = join(build, `${name}.main.js`);
  await writeFile(file, mainOf(lines));
  const child = spawn(process.execPath, ['--conditions=latchkey-source', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}
const exitCode = async (child: ChildProcess) => ((await once(child, 'close')) as [number | null])[0];
// All of the kit, once: Jest finds names in CommonJS packages that Node does not.
const everything = `await import('./index.js');`;
const start = `runProcess(() => createService({ name: 'nothing', module: Nothing, config }));`;

test('a process that is asked to stop drains its work, and ends with 0', async () => {
  const { child, output } = await run('stopped', `${everything} ${start}`);
  const address = await eventually(() => /"address":"([^"]+)"/.exec(output())?.[1] ?? false, { timeoutMs: 30_000 });
  expect((await fetch(`${String(address)}/health/ready`)).status).toBe(200);
  child.kill('SIGTERM');
  expect(await exitCode(child)).toBe(0);
  expect(output()).toContain('work drained');
});

test('a process with wrong settings says which on one screen, and ends with 78', async () => {
  const { child, output } = await run(
    'misconfigured',
    `runProcess(async () => readConfig(baseConfig, { HTTP_PORT: 'x' }));`,
  );
  expect(await exitCode(child)).toBe(78);
  expect(output()).toContain('HTTP_PORT is wrong');
  expect(output()).toContain('DATABASE_URL is missing');
  expect(output()).not.toMatch(/^\s+at /m);
});

test.each([
  ['cannot be built', `runProcess(async () => { throw new Error('no such table'); });`, 'no such table'],
  [
    'fails where nobody catches it',
    `${start} setTimeout(() => { throw new Error('lost promise'); }, 200);`,
    'lost promise',
  ],
])('a process that %s says so and ends with 1', async (name, lines, words) => {
  const { child, output } = await run(name.replaceAll(' ', '-'), lines);
  expect(await exitCode(child)).toBe(1);
  expect(output()).toContain(words);
});

test('a migration with wrong settings says so and ends with 78, and one without a database with 1', async () => {
  const migrate = (readUrl: string) => `
    const { migrateProcess } = await import('./database/migrate-process.js');
    await migrateProcess('nothing', () => ${readUrl}, []);`;
  const misconfigured = await run('migrate-misconfigured', migrate(`readConfig(baseConfig, {}).DATABASE_URL`));
  expect(await exitCode(misconfigured.child)).toBe(78);
  expect(misconfigured.output()).toContain('DATABASE_URL is missing');
  const unreachable = await run('migrate-unreachable', migrate(`'postgres://a:password-canary@127.0.0.1:9/b'`));
  expect(await exitCode(unreachable.child)).toBe(1);
  expect(unreachable.output()).toContain('ECONNREFUSED');
  expect(unreachable.output()).not.toContain('password-canary');
});

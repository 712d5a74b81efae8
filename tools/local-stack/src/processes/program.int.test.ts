import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { lockHolder } from './lock.ts';
import { holdsWithin, isProcessAlive } from './probe.ts';
import { Program, type ProgramSpec } from './program.ts';
import { AlreadyRunningError, Watchdog } from './watchdog.ts';

let folder: string;
let watchdogs: Watchdog[];
let watchdog: Watchdog;
let told: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-program-'));
  watchdogs = [];
  watchdog = await startWatchdog();
  told = [];
});

afterEach(async () => {
  await Promise.all(watchdogs.map((each) => each.close()));
  rmSync(folder, { recursive: true });
});

async function startWatchdog(lock?: string): Promise<Watchdog> {
  const started = await Watchdog.start(lock);
  watchdogs.push(started);
  return started;
}

/** A program that prints `ready` and then does what `script` says. */
function program(script: string, overrides: Partial<ProgramSpec> = {}): Program {
  const spec: ProgramSpec = {
    name: 'Example',
    command: process.execPath,
    args: ['-e', script],
    logFile: join(folder, 'example.log'),
    readyWithinMs: 10_000,
    isReady: (log) => log().includes('ready'),
    ...overrides,
  };
  return new Program(spec, watchdog, (message) => told.push(message));
}

const staysUp = 'console.log("ready"); setInterval(() => {}, 1000)';

test('a program that ends before it is ready is refused with the end of its log', async () => {
  const failing = program('console.error("no such setting"); process.exit(78)');
  await expect(failing.start()).rejects.toThrow(/ended while starting[^]*no such setting/);
  expect(failing.pid).toBeUndefined();
});

test('a program that is not ready in time is refused and ended', async () => {
  const slow = program('console.log("thinking"); setInterval(() => {}, 1000)', { readyWithinMs: 300 });
  await expect(slow.start()).rejects.toThrow(/not ready within 0.3 s[^]*thinking/);
  expect(slow.pid).toBeUndefined();
});

test('a program that does not exist is refused', async () => {
  await expect(program('', { command: join(folder, 'nothing') }).start()).rejects.toThrow('ended while starting');
});

test('a crashed program is started again, and both are told', async () => {
  const crashing = program(staysUp);
  await crashing.start();
  const first = crashing.pid!;
  process.kill(first, 'SIGKILL');
  expect(await holdsWithin(() => told.length === 2, 10_000)).toBe(true);
  expect(told).toEqual([expect.stringContaining('Example ended (SIGKILL); starting it again'), 'Example is back']);
  expect(crashing.pid).not.toBe(first);
  await crashing.stop();
});

test('a program that was killed on purpose stays down until it is started', async () => {
  const victim = program(staysUp);
  await victim.start();
  await victim.kill('SIGKILL');
  expect(victim.pid).toBeUndefined();
  await victim.start();
  expect(victim.pid).toBeDefined();
  await victim.stop();
  expect(told).toEqual([]);
});

test('a program that ignores the request to end is killed, and its children with it', async () => {
  const stubborn = program(`
    process.on('SIGTERM', () => {});
    const child = require('node:child_process').spawn('sleep', ['1000']);
    console.log('ready', child.pid);
    setInterval(() => {}, 1000);
  `);
  await stubborn.start();
  const child = Number(/ready (\d+)/.exec(readFileSync(stubborn.spec.logFile, 'utf8'))![1]);
  await stubborn.kill('SIGTERM', 200);
  expect(await holdsWithin(() => !isProcessAlive(child), 2_000)).toBe(true);
});

/** A launcher in a process of its own, holding `lock`, with a program that ignores SIGTERM; yields its pids. */
async function launcherProcess(lock: string) {
  const launcher = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `
      import { Program } from '${join(import.meta.dirname, 'program.ts')}';
      import { Watchdog } from '${join(import.meta.dirname, 'watchdog.ts')}';
      const spec = {
        name: 'Stubborn',
        command: process.execPath,
        args: ['-e', 'process.on("SIGTERM", () => {}); ${staysUp.replaceAll("'", '"')}'],
        logFile: '${join(folder, 'stubborn.log')}',
        readyWithinMs: 10_000,
        isReady: (log) => log().includes('ready'),
      };
      const program = new Program(spec, await Watchdog.start('${lock}'), () => {});
      await program.start();
      console.log(program.pid);
    `,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [line] = (await once(createInterface({ input: launcher.stdout }), 'line')) as [string];
  return { launcher, programPid: Number(line) };
}

test('when the launcher is killed, its programs end within 5 s and the lock is held until then', async () => {
  const lock = join(folder, 'lock');
  const { launcher, programPid } = await launcherProcess(lock);
  expect(await lockHolder(lock)).toBe('running');
  await expect(Watchdog.start(lock)).rejects.toThrow(AlreadyRunningError);

  launcher.kill('SIGKILL');
  expect(await holdsWithin(async () => (await lockHolder(lock)) === 'ending', 2_000)).toBe(true);
  await startWatchdog(lock); // waits for the rest of the old one
  // It is dead, but counts as a process until the system has noticed that nobody waits for it.
  expect(await holdsWithin(() => !isProcessAlive(programPid), 1_000)).toBe(true);
  expect(await lockHolder(lock)).toBe('running');
}, 15_000);

test('a lock left behind by a killed holder blocks nobody', async () => {
  const lock = join(folder, 'lock');
  const holder = spawn(process.execPath, [
    '-e',
    `require('node:net').createServer().listen('${lock}', () => console.log('held'))`,
  ]);
  await once(createInterface({ input: holder.stdout }), 'line');
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await startWatchdog(lock);
  expect(await lockHolder(lock)).toBe('running');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { answersOk, holdsWithin, isListening } from '../processes/probe.ts';
import { temporaryFolder } from '../test-stack/test-stack.ts';
import { Progress } from '../terminal/progress.ts';
import type { Endpoints } from './endpoints.ts';
import { type Stack, startStack } from './stack.ts';

const servers = ['postgres', 'kafka', 'temporal', 'identity-server', 'fake-salto-ks'];
let folder: string;
const stacks: Stack[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await Promise.all(stacks.splice(0).map((stack) => stack.kill()));
  rmSync(folder, { recursive: true });
});

async function start(only: readonly string[]): Promise<Stack> {
  const progress = new Progress(new Writable({ write: (_chunk, _encoding, done) => done() }));
  const options = { dataFolder: folder, logFolder: join(folder, 'logs'), only, progress };
  const stack = await startStack({ profile: 'test', isTemporalKept: true, ...options });
  stacks.push(stack);
  return stack;
}

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function addressesOf({ postgres, kafka, temporal, issuer, saltoKs }: Endpoints): string[] {
  const urls = [postgres.server, temporal.uiUrl, issuer!, saltoKs!.api].map((url) => new URL(url).host);
  return [...urls, ...kafka.brokers, temporal.address];
}

async function areAllDown(endpoints: Endpoints): Promise<boolean> {
  const answers = await Promise.all(addressesOf(endpoints).map((address) => isListening(address)));
  return !answers.includes(true);
}

test('all servers run, end in order, and a second start has the same addresses and data', async () => {
  const first = await start(servers);
  expect(await Promise.all(addressesOf(first.endpoints).map((address) => isListening(address)))).not.toContain(false);
  await query(first.endpoints.postgres.server, 'CREATE TABLE kept AS SELECT 1 AS n');
  await first.stop();
  expect(await areAllDown(first.endpoints)).toBe(true);

  const second = await start(servers);
  expect(second.endpoints).toEqual(first.endpoints);
  expect(await query(second.endpoints.postgres.server, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
}, 120_000);

test('PostgreSQL and Kafka can be killed and started again at the same address', async () => {
  const stack = await start(['postgres', 'kafka']);
  const { postgres, kafka } = stack.endpoints;
  await query(postgres.server, 'CREATE TABLE kept AS SELECT 1 AS n');
  await Promise.all(['postgres', 'kafka'].map((name) => stack.program(name).kill('SIGKILL')));
  expect(await isListening(kafka.brokers[0]!)).toBe(false);
  await Promise.all(['postgres', 'kafka'].map((name) => stack.program(name).start()));
  expect(await isListening(kafka.brokers[0]!)).toBe(true);
  expect(await query(postgres.server, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
}, 120_000);

test('when the launcher is killed all servers end within 5 s, and a new start finds nothing in its way', async () => {
  const launcher = spawn(
    process.execPath,
    [
      ...['--conditions=latchkey-source', '--input-type=module', '-e'],
      `
        import { Progress } from '${join(import.meta.dirname, '..', 'terminal', 'progress.ts')}';
        import { startStack } from '${join(import.meta.dirname, 'stack.ts')}';
        const stack = await startStack({
          profile: 'test',
          isTemporalKept: true,
          dataFolder: '${folder}',
          logFolder: '${join(folder, 'logs')}',
          only: ${JSON.stringify(servers)},
          progress: new Progress(process.stderr),
        });
        console.log(JSON.stringify(stack.endpoints));
      `,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [line] = (await once(createInterface({ input: launcher.stdout }), 'line')) as [string];
  const endpoints = JSON.parse(line) as Endpoints;
  // A client in the middle of a statement must not keep the database alive.
  const busy = query(endpoints.postgres.server, 'SELECT pg_sleep(60)').catch((error: Error) => error);

  const killedAt = performance.now();
  launcher.kill('SIGKILL');
  expect(await holdsWithin(() => areAllDown(endpoints), 5_000)).toBe(true);
  expect(await busy).toBeInstanceOf(Error);
  expect(performance.now() - killedAt).toBeLessThan(5_000);

  const next = await start(['postgres', 'identity-server']);
  expect(await answersOk(`${next.endpoints.issuer!}/jwks`)).toBe(true);
}, 120_000);

test('a part that cannot start ends the parts that did', async () => {
  const services = [{ name: 'nonsense', service: 'billing-gateway', entry: 'main.js', memoryMiB: 64 } as const];
  const progress = new Progress(new Writable({ write: (_chunk, _encoding, done) => done() }));
  const only = ['postgres', 'identity-server', 'nonsense'];
  const failing = startStack({ profile: 'test', dataFolder: folder, logFolder: folder, only, progress, services });
  await expect(failing).rejects.toThrow();
  const again = await start(['identity-server']);
  expect(again.endpoints.services).toEqual({});
}, 60_000);

test("PostgreSQL's log tells that a row was refused, and none of its values", async () => {
  const { endpoints } = await start(['postgres']);
  const insert = "INSERT INTO person VALUES ('ada@members.example')";
  await query(endpoints.postgres.server, `CREATE TABLE person (email text UNIQUE); ${insert}`);
  const again = query(endpoints.postgres.server, 'INSERT INTO person SELECT * FROM person');
  await expect(again).rejects.toThrow('duplicate key');
  const log = readFileSync(join(folder, 'logs', 'postgres.log'), 'utf8');
  expect(log).toContain('duplicate key');
  expect(log).not.toContain('members.example');
});

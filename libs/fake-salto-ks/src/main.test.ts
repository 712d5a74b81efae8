import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from './demo-seed.ts';
import { measuredDelays } from './settings.ts';
import { until } from './testing/until.ts';

const program = join(import.meta.dirname, 'main.ts');
/** Starting a process on a busy machine takes longer than Jest's five seconds. */
const PATIENCE_MS = 30_000;

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [program], { env: { ...process.env, NODE_OPTIONS: '', ...environment } });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output.text += String(piece)));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const listening = async () => {
    await Promise.race([once(child.stdout, 'data'), ended]);
    return /http:\S+/.exec(output.text)?.[0] ?? output.text;
  };
  return { child, output, ended, listening };
}

describe('the program', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-salto-ks-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it(
    'remembers over a stop and over a kill',
    async () => {
      const DATA_FILE = join(folder, 'salto.json');
      const first = start({ PORT: '0', DATA_FILE });
      const url = await first.listening();
      const seats = { method: 'PATCH', body: '{"user_amount":77}' };
      expect((await fetch(`${url}/_fake/sites/${demo.paris.id}`, seats)).status).toBe(200);
      first.child.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      expect(await readFile(DATA_FILE, 'utf8')).toContain('"user_amount":77');

      const second = start({ PORT: '0', DATA_FILE });
      await second.listening();
      second.child.kill('SIGKILL');
      await second.ended;

      const third = start({ PORT: '0', DATA_FILE });
      const state = await (await fetch(`${await third.listening()}/_fake/state`)).text();
      expect(state).toContain('"user_amount":77');
      third.child.kill('SIGTERM');
      expect(await third.ended).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'has the delays that were measured, where told to',
    async () => {
      const { child, ended, listening } = start({ PORT: '0', DELAYS: 'measured' });
      const settings = await (await fetch(`${await listening()}/_fake/settings`)).json();
      expect(settings).toMatchObject({ ...measuredDelays, token_lifetime_seconds: 3600 });
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    },
    PATIENCE_MS,
  );

  it(
    'says what is wrong with its environment and ends with 1',
    async () => {
      const { output, ended } = start({ PORT: 'door' });
      expect(await ended).toBe(1);
      expect(output.text).toContain('PORT: must be a whole number');
    },
    PATIENCE_MS,
  );

  it(
    'does not start with a data file that it cannot write',
    async () => {
      const DATA_FILE = join(folder, 'missing', 'salto.json');
      const { output, ended } = start({ PORT: '0', DATA_FILE });
      expect(await ended).toBe(1);
      expect(output.text).toContain(`The data file ${DATA_FILE} cannot be written`);
    },
    PATIENCE_MS,
  );

  it(
    'serves on while its file cannot be written, says so, and ends with 1 when the last write fails',
    async () => {
      const DATA_FILE = join(folder, 'salto.json');
      const { child, output, ended, listening } = start({ PORT: '0', DATA_FILE });
      const url = await listening();
      await mkdir(`${DATA_FILE}.tmp`);
      await fetch(`${url}/_fake/sites/${demo.paris.id}`, { method: 'PATCH', body: '{"user_amount":77}' });
      await until(() => output.text.includes(`The data file ${DATA_FILE} cannot be written`), PATIENCE_MS);
      expect((await fetch(`${url}/_fake/health`)).status).toBe(200);
      child.kill('SIGTERM');
      expect(await ended).toBe(1);
    },
    PATIENCE_MS,
  );
});

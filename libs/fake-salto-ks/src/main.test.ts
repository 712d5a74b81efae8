import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, 'main.ts');

function start(environment: Record<string, string>) {
  const child = spawn(process.execPath, [program], { env: { ...process.env, NODE_OPTIONS: '', ...environment } });
  const output = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output.text += String(piece)));
  return { child, output, ended: once(child, 'exit').then(([code]) => code as number) };
}

describe('the program', () => {
  it('serves, says where, and writes its file when told to end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fake-salto-ks-'));
    try {
      const dataFile = join(folder, 'salto.json');
      const { child, output, ended } = start({ PORT: '0', DATA_FILE: dataFile });
      await once(child.stdout, 'data');
      const url = /http:\S+/.exec(output.text)?.[0] ?? '';
      expect((await fetch(`${url}/_fake/health`)).status).toBe(200);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
      expect(await readFile(dataFile, 'utf8')).toContain('Latchkey Paris');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('says what is wrong with its environment and ends with 1', async () => {
    const { output, ended } = start({ PORT: 'door' });
    expect(await ended).toBe(1);
    expect(output.text).toContain('PORT: must be a whole number');
  });
});

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.ts';
import { PortBook } from './port-book.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-ports-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const book = (env: NodeJS.ProcessEnv = {}) => new PortBook(join(folder, 'ports.json'), env);

async function whileTaken(port: number, work: () => Promise<void>): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  await work().finally(() => server.close());
}

test('a port stays the same at the next start', async () => {
  const port = await book().portFor('kafka');
  expect(await book().portFor('kafka')).toBe(port);
  expect(await book().portFor('temporal')).not.toBe(port);
});

test('a port that somebody else has taken is replaced', async () => {
  const port = await book().portFor('kafka');
  await whileTaken(port, async () => expect(await book().portFor('kafka')).not.toBe(port));
});

test('the environment fixes a port', async () => {
  const port = await freePort();
  expect(await book({ LATCHKEY_PORT_TEMPORAL_UI: `${port}` }).portFor('temporal-ui')).toBe(port);
});

test('a fixed port that is taken is refused by name', async () => {
  const port = await freePort();
  await whileTaken(port, async () => {
    await expect(book({ LATCHKEY_PORT_KAFKA: `${port}` }).portFor('kafka')).rejects.toThrow('LATCHKEY_PORT_KAFKA');
  });
});

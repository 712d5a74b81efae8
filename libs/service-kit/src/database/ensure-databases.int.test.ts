import { randomUUID } from 'node:crypto';
import { dropDatabasesAndRoles, testStack } from '@latchkey/test-kit';
import pg from 'pg';
import { ensureDatabases } from './ensure-databases.ts';

const server = testStack().postgresUrl;
const names = [`ensured_${randomUUID().slice(0, 8)}`, `ensured_${randomUUID().slice(0, 8)}`] as const;

function urlOf(name: string, password: string, database = name): string {
  const url = new URL(server);
  url.username = name;
  url.password = encodeURIComponent(password);
  url.pathname = `/${database}`;
  return url.href;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

afterAll(() => dropDatabasesAndRoles(names));

test('each service gets a database of its own, which no other role may enter', async () => {
  const [first, second] = names;
  const urls = [urlOf(first, 'a'), urlOf(second, "it's")];
  expect(await ensureDatabases(server, urls)).toEqual([first, second]);
  for (const url of urls) await query(url, 'CREATE TABLE doors ()');
  await expect(query(urlOf(first, 'a', second), 'SELECT 1')).rejects.toThrow('permission denied');
});

test('repeating it keeps what is there and sets new passwords', async () => {
  const [first, second] = names;
  const urls = [urlOf(first, 'new/pass'), urlOf(second, "it's")];
  expect(await ensureDatabases(server, urls)).toEqual([]);
  expect(await query(urls[0] ?? '', 'SELECT * FROM doors')).toEqual([]);
  await expect(query(urlOf(first, 'a'), 'SELECT 1')).rejects.toThrow('password authentication failed');
});

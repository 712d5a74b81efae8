import { Client } from '@temporalio/client';
import pg from 'pg';
import { createTestDatabase, createTestNamespace } from './index.ts';

test('a test gets an empty database of its own, and can drop it', async () => {
  const database = await createTestDatabase('Some name: of a test');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'",
  );
  await client.end();
  await database.drop();
  expect(rows).toEqual([{ n: 0 }]);
  await expect(new pg.Client({ connectionString: database.url }).connect()).rejects.toThrow('does not exist');
});

test('a test gets a Temporal namespace of its own that knows the search attributes', async () => {
  const own = await createTestNamespace('some-test');
  const client = new Client(own);
  const { count } = await client.workflow.count(
    "LocationId = 'paris' AND MemberIds = 'ada' AND NextActionAt > '2026-01-01T00:00:00Z'",
  );
  await own.close();
  expect(count).toBe(0);
});

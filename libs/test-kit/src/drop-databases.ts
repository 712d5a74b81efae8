import pg from 'pg';
import { testStack } from './test-stack.ts';

/** Drops databases of the test stack and the roles of the same names, as far as they are there. */
export async function dropDatabasesAndRoles(names: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: testStack().postgresUrl });
  await client.connect();
  try {
    for (const name of names.map((each) => client.escapeIdentifier(each))) {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await client.query(`DROP ROLE IF EXISTS ${name}`);
    }
  } finally {
    await client.end();
  }
}

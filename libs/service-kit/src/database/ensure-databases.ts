import pg from 'pg';

/**
 * Makes the database and the role that each URL names, unless they are there, and sets the role's password to the
 * URL's. A role owns its database and nobody else may connect to it. Repeating it changes nothing.
 * @param serverUrl a superuser's
 * @returns the names of the databases that were made
 */
export async function ensureDatabases(serverUrl: string, databaseUrls: readonly string[]): Promise<string[]> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const made: string[] = [];
    for (const url of databaseUrls) if (await ensureDatabase(client, new URL(url))) made.push(databaseOf(new URL(url)));
    return made;
  } finally {
    await client.end();
  }
}

async function ensureDatabase(client: pg.Client, url: URL): Promise<boolean> {
  const name = decodeURIComponent(url.username);
  const role = client.escapeIdentifier(name);
  const isRoleThere = await isOne(client, 'SELECT FROM pg_roles WHERE rolname = $1', name);
  const password = client.escapeLiteral(decodeURIComponent(url.password));
  await client.query(`${isRoleThere ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN PASSWORD ${password}`);
  const isThere = await isOne(client, 'SELECT FROM pg_database WHERE datname = $1', databaseOf(url));
  const database = client.escapeIdentifier(databaseOf(url));
  if (!isThere) await client.query(`CREATE DATABASE ${database} OWNER ${role}`);
  await client.query(`REVOKE CONNECT ON DATABASE ${database} FROM PUBLIC`);
  return !isThere;
}

function databaseOf(url: URL): string {
  return decodeURIComponent(url.pathname.slice(1));
}

async function isOne(client: pg.Client, query: string, name: string): Promise<boolean> {
  return (await client.query(query, [name])).rowCount === 1;
}

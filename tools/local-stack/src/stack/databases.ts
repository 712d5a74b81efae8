import pg from 'pg';
import type { ServiceName } from './services.ts';

/** PostgreSQL's name for a service's database and role. */
export function databaseName(service: ServiceName): string {
  return service.replaceAll('-', '_');
}

/** A service's database: its own, with a role of its own that owns it and sees no other. */
export function databaseUrl(serverUrl: string, name: string, password: string): string {
  const url = new URL(serverUrl);
  url.username = name;
  url.password = password;
  url.pathname = `/${name}`;
  return url.href;
}

/** Makes the database and the role, both called `name`, unless they are there; sets the role's password. */
export async function ensureServiceDatabase(serverUrl: string, name: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const role = client.escapeIdentifier(name);
    const roleThere = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    const verb = roleThere.rowCount ? 'ALTER' : 'CREATE';
    await client.query(`${verb} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
    const databaseThere = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (databaseThere.rowCount) return;
    await client.query(`CREATE DATABASE ${role} OWNER ${role}`);
    await client.query(`REVOKE CONNECT ON DATABASE ${role} FROM PUBLIC`);
  } finally {
    await client.end();
  }
}

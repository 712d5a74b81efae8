import { Module } from '@nestjs/common';
import { createTestDatabase, eventually, type TestDatabase } from '@latchkey/test-kit';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { createService } from '../http/service.ts';
import { silentConfig } from '../testing/silent-config.ts';
import { tryAdvisoryLock } from './advisory-lock.ts';
import { instant, int8 } from './column-types.ts';
import { databaseModule, typeOrmOptions } from './database.module.ts';
import { migration } from './migration.ts';
import { runMigrations } from './run-migrations.ts';
import { inTransaction, onCommit } from './transaction.ts';

@Entity('opening')
class Opening {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'timestamptz', transformer: instant }) opensAt!: number;
  @Column({ type: 'timestamptz' }) madeAt!: Date;
  @Column({ type: 'int8', transformer: int8 }) aggregateVersion!: number;
}

const migrations = [
  migration(
    1,
    'create-opening',
    `CREATE TABLE opening (id uuid PRIMARY KEY, opens_at timestamptz NOT NULL, made_at timestamptz NOT NULL, aggregate_version int8 NOT NULL)`,
  ),
  migration(2, 'count-openings', async (runner) => {
    await runner.query('CREATE TABLE opening_count (n int8)');
  }),
];

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('database');
});
afterEach(() => database.drop());

describe('migrations', () => {
  test('run once, whoever of several starting replicas comes first', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => runMigrations(database.url, migrations)));
    expect(ran.flat().sort()).toEqual(['count-openings-0000000000002', 'create-opening-0000000000001']);
    expect(await runMigrations(database.url, migrations)).toEqual([]);
  });

  test('that fail leave the earlier ones done and nothing of their own', async () => {
    const broken = migration(3, 'broken', 'CREATE TABLE half (id int); SELECT no_such_column FROM half');
    await expect(runMigrations(database.url, [...migrations, broken])).rejects.toThrow('no_such_column');
    const mended = migration(3, 'mended', 'CREATE TABLE half (id int)');
    expect(await runMigrations(database.url, [...migrations, mended])).toEqual(['mended-0000000000003']);
  });

  test('must have numbers of their own', async () => {
    const twin = migration(2, 'twin', 'SELECT 1');
    await expect(runMigrations(database.url, [...migrations, twin])).rejects.toThrow(
      'Two migrations have the number 2',
    );
  });
});

describe('a database', () => {
  let dataSource: DataSource;
  beforeEach(async () => {
    await runMigrations(database.url, migrations);
    dataSource = await new DataSource(typeOrmOptions({ url: database.url, entities: [Opening] })).initialize();
  });
  afterEach(() => dataSource.destroy());

  test('gives instants and versions as numbers, and names columns in snake case', async () => {
    const id = '0199f0a0-0000-7000-8000-000000000001';
    const opening = { id, opensAt: 1_774_780_200_123, madeAt: new Date(1_774_780_200_000), aggregateVersion: 2 ** 40 };
    await dataSource.getRepository(Opening).insert(opening);
    expect(await dataSource.getRepository(Opening).findOneBy({ id })).toEqual(opening);
    const rows: unknown[] = await dataSource.query('SELECT aggregate_version FROM opening');
    expect(rows).toEqual([{ aggregate_version: String(2 ** 40) }]);
  });

  test('refuses to round a number', async () => {
    await dataSource.query(`INSERT INTO opening VALUES (gen_random_uuid(), now(), now(), 9007199254740993)`);
    await expect(dataSource.getRepository(Opening).find()).rejects.toThrow('9007199254740993 is not exact');
  });

  test('runs what waits for the commit once, after it, and never after a rollback', async () => {
    const seen: string[] = [];
    const wake = () => void seen.push('wake');
    await inTransaction(dataSource, (em) => {
      onCommit(em, wake);
      onCommit(em, wake);
      seen.push('work');
      return Promise.resolve();
    });
    const failed = inTransaction(dataSource, (em) => {
      onCommit(em, wake);
      return Promise.reject(new Error('no'));
    });
    await expect(failed).rejects.toThrow('no');
    expect(seen).toEqual(['work', 'wake']);
  });

  test('does not let an effect wait for a commit that nobody will make', () => {
    expect(() => onCommit(dataSource.manager, () => undefined)).toThrow('inTransaction');
  });

  test('names locks, and says at once when one is taken', async () => {
    await dataSource.transaction(async (em) => {
      expect(await tryAdvisoryLock(em, 'pair:site:member')).toBe(true);
      await dataSource.transaction(async (other) => {
        expect(await tryAdvisoryLock(other, 'pair:site:member')).toBe(false);
        expect(await tryAdvisoryLock(other, 'pair:site:other')).toBe(true);
      });
    });
  });
});

test('a service is not ready while its database refuses it, and ready again afterwards', async () => {
  @Module({ imports: [databaseModule({ url: database.url, entities: [] })] })
  class EmptyModule {}
  const service = await createService({ name: 'empty', module: EmptyModule, config: silentConfig });
  const address = await service.start();
  const ready = async () => {
    const response = await fetch(`${address}/health/ready`);
    return { status: response.status, body: (await response.json()) as object };
  };
  const admin = new DataSource({ type: 'postgres', url: database.url.replace(/\/[^/]*$/, '/postgres') });
  await admin.initialize();
  const name = new URL(database.url).pathname.slice(1);
  try {
    expect(await ready()).toEqual({ status: 200, body: { status: 'ready', checks: { database: { ready: true } } } });
    await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, [name]);
    await eventually(async () => (await ready()).status === 503);
    expect((await fetch(`${address}/health/live`)).status).toBe(200);
    await admin.query(`ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`);
    await eventually(async () => (await ready()).status === 200);
  } finally {
    await admin.destroy();
    await service.stop();
  }
});

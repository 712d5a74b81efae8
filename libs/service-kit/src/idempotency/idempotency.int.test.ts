import { Body, Controller, Delete, Get, HttpCode, Module, Param, Patch, Post } from '@nestjs/common';
import { createTestDatabase, createTestIssuer, eventually, TEST_AUDIENCE } from '@latchkey/test-kit';
import type { TestDatabase, TestIssuer } from '@latchkey/test-kit';
import { DataSource, EntityManager } from 'typeorm';
import { z } from 'zod';
import { Allow } from '../auth/access-rule.ts';
import { AuthModule } from '../auth/auth.module.ts';
import type { Person } from '../auth/caller.ts';
import { CallerResolver, type VerifiedToken } from '../auth/caller-resolver.ts';
import { advisoryLock } from '../database/advisory-lock.ts';
import { databaseModule } from '../database/database.module.ts';
import { migration } from '../database/migration.ts';
import { runMigrations } from '../database/run-migrations.ts';
import { onCommit } from '../database/transaction.ts';
import { createService, type Service } from '../http/service.ts';
import { conflict } from '../problems/refusals.ts';
import { silentConfig } from '../testing/silent-config.ts';
import { IfMatch, requireVersion } from '../versions/if-match.ts';
import { forgetAnswersAbout, purgeKeys } from './idempotency-keys.ts';
import { createIdempotencyKeyTable } from './idempotency.migration.ts';
import { Transaction } from './transaction.decorator.ts';
import { TransactionModule } from './transaction.module.ts';

const migrations = [
  migration(1, 'create-idempotency-key', createIdempotencyKeyTable),
  migration(
    2,
    'create-note',
    `CREATE TABLE note (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL, version int NOT NULL DEFAULT 1,
       CONSTRAINT note_text_once UNIQUE (text) DEFERRABLE INITIALLY DEFERRED)`,
  ),
];
const noteBody = z.strictObject({ text: z.string(), waitFor: z.string().optional() });

let committed = 0;
const countCommit = () => void (committed += 1);

@Controller('notes')
@Allow({ member: true })
class NotesController {
  @Post()
  async create(@Body({ schema: noteBody }) body: z.output<typeof noteBody>, @Transaction() em: EntityManager) {
    const [note]: [object] = await em.query('INSERT INTO note (text) VALUES ($1) RETURNING id, text, version', [
      body.text,
    ]);
    onCommit(em, countCommit);
    // Advisory locks let a test hold a handler in the middle of its transaction.
    if (body.waitFor !== undefined) await advisoryLock(em, body.waitFor);
    if (body.text === 'refused') throw conflict('note_refused', 'No.');
    return note;
  }

  @Post(':id/pin')
  @HttpCode(204)
  async pin(@Param('id') id: string, @Transaction() em: EntityManager): Promise<void> {
    await em.query(`UPDATE note SET version = version + 1 WHERE id = $1`, [id]);
  }

  @Patch(':id')
  async edit(@Param('id') id: string, @IfMatch() expected: number, @Transaction() em: EntityManager) {
    const [note]: [{ version: number }] = await em.query('SELECT version FROM note WHERE id = $1 FOR UPDATE', [id]);
    requireVersion(note.version, expected);
    await em.query('UPDATE note SET version = version + 1 WHERE id = $1', [id]);
    return { version: note.version + 1 };
  }

  @Get(':id')
  read(): object {
    return {};
  }

  @Delete(':id')
  async remove(@Transaction() em: EntityManager) {
    await em.query('DELETE FROM note');
    throw new Error('something broke after the delete');
  }
}

class Anybody extends CallerResolver {
  resolve({ sub }: VerifiedToken): Promise<Person> {
    return Promise.resolve({ personId: sub, administratorOf: [], memberOf: [] });
  }
}

let database: TestDatabase;
let issuer: TestIssuer;
let service: Service;
let address: string;
let dataSource: DataSource;
beforeAll(async () => {
  [database, issuer] = await Promise.all([createTestDatabase('idempotency'), createTestIssuer()]);
  await runMigrations(database.url, migrations);
  const imports = [
    databaseModule({ url: database.url, entities: [] }),
    TransactionModule,
    AuthModule.forRoot({ issuers: [issuer.issuer], audience: TEST_AUDIENCE, resolver: Anybody }),
  ];
  @Module({ imports, controllers: [NotesController] })
  class NotesModule {}
  service = await createService({
    name: 'notes',
    module: NotesModule,
    config: silentConfig,
    docs: { title: 'Notes', description: 'Notes for tests', version: '1' },
    constraints: { note_text_once: () => conflict('note_exists', 'There is such a note.') },
  });
  address = await service.start();
  dataSource = service.app.get(DataSource);
});
afterAll(async () => {
  await service.stop();
  await Promise.all([database.drop(), issuer.close()]);
});

interface Answer {
  status: number;
  body: Record<string, unknown> | undefined;
  text: string;
  headers: Headers;
}
async function send(
  method: string,
  path: string,
  options: { key?: string; body?: object; sub?: string; ifMatch?: string } = {},
) {
  const { key, body, sub = 'mia', ifMatch } = options;
  const response = await fetch(`${address}${path}`, {
    method,
    body: body && JSON.stringify(body),
    headers: {
      authorization: `Bearer ${await issuer.token({ sub })}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
  });
  const text = await response.text();
  const parsed = text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, body: parsed, text, headers: response.headers } satisfies Answer;
}
const post = (key: string | undefined, body: object, sub?: string) => send('POST', '/notes', { key, body, sub });
const countNotes = async (text: string) => {
  const [row]: [{ n: number }] = await dataSource.query('SELECT count(*)::int AS n FROM note WHERE text = $1', [text]);
  return row.n;
};

describe('a POST with an Idempotency-Key', () => {
  test('sent twice has one effect and the same answer, byte for byte', async () => {
    const first = await post('twice', { text: 'twice' });
    const second = await post('twice', { text: 'twice' });
    expect(first).toMatchObject({ status: 201, body: { text: 'twice' } });
    expect({ status: second.status, text: second.text }).toEqual({ status: first.status, text: first.text });
    expect(second.headers.get('etag')).toBe('"1"');
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(await countNotes('twice')).toBe(1);
  });

  test('and another body is refused, but not members in another order', async () => {
    await post('reused', { text: 'reused', waitFor: 'nothing' });
    expect(await post('reused', { text: 'other' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await post('reused', { waitFor: 'nothing', text: 'reused' })).toMatchObject({ status: 201 });
  });

  test('in parallel is refused while the first is at work, and then gets its answer', async () => {
    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await advisoryLock(holder.manager, 'parallel');
    const first = post('parallel', { text: 'parallel', waitFor: 'parallel' });
    await eventually(isSomebodyWaitingForALock);
    const second = await post('parallel', { text: 'parallel', waitFor: 'parallel' });
    expect(second).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } });
    expect(second.headers.get('retry-after')).toBe('1');
    await holder.commitTransaction();
    await holder.release();
    const answer = await first;
    expect(answer.status).toBe(201);
    expect((await post('parallel', { text: 'parallel', waitFor: 'parallel' })).text).toBe(answer.text);
    expect(await countNotes('parallel')).toBe(1);
  });

  test('that lost its database connection in the middle leaves nothing, and can be repeated', async () => {
    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await advisoryLock(holder.manager, 'crash');
    const commits = committed;
    const first = post('crash', { text: 'crash', waitFor: 'crash' });
    await eventually(isSomebodyWaitingForALock);
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    expect(await first).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    await holder.commitTransaction();
    await holder.release();
    expect({ notes: await countNotes('crash'), commits: committed - commits }).toEqual({ notes: 0, commits: 0 });
    expect(await post('crash', { text: 'crash', waitFor: 'crash' })).toMatchObject({ status: 201 });
    expect({ notes: await countNotes('crash'), commits: committed - commits }).toEqual({ notes: 1, commits: 1 });
  });

  test('that was refused is not remembered', async () => {
    const refused = await post('refused', { text: 'refused' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'note_refused' } });
    expect(await post('refused', { text: 'allowed now' })).toMatchObject({ status: 201 });
  });

  test('counts for its caller and its path only', async () => {
    const mine = await post('scope', { text: 'of mia' });
    expect(await post('scope', { text: 'of tom' }, 'tom')).toMatchObject({ status: 201 });
    const [first, second] = [Number(mine.body?.['id']), Number(mine.body?.['id']) + 1];
    expect(await send('POST', `/notes/${first}/pin`, { key: 'scope' })).toMatchObject({ status: 204, text: '' });
    const other = await send('POST', `/notes/${second}/pin`, { key: 'scope' });
    expect(other.headers.get('idempotency-replayed')).toBeNull();
    const again = await send('POST', `/notes/${first}/pin`, { key: 'scope' });
    expect(again).toMatchObject({ status: 204, text: '' });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  test('must have a key that can be kept', async () => {
    expect(await post('x'.repeat(256), { text: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_invalid' },
    });
    expect(await post('with space', { text: 'x' })).toMatchObject({ status: 400 });
  });

  test('is forgotten after a day, and its answer once the person in it is erased', async () => {
    const person = await post('erased', { text: 'name of person-42' });
    expect(person.status).toBe(201);
    await dataSource.transaction((em) => forgetAnswersAbout(em, 'person-42'));
    expect(await post('erased', { text: 'name of person-42' })).toMatchObject({ status: 201, text: '' });
    await dataSource.query(`UPDATE idempotency_key SET created_at = now() - interval '25 hours' WHERE key = 'erased'`);
    expect(await purgeKeys(dataSource)).toBe(1);
  });
});

test('two POSTs without a key are two requests', async () => {
  await post(undefined, { text: 'no key' });
  expect(await post(undefined, { text: 'no key' })).toMatchObject({ status: 409, body: { code: 'note_exists' } });
});

test('a constraint that refuses at the commit is answered by its name, and nothing is kept', async () => {
  await post('first', { text: 'deferred' });
  expect(await post('second', { text: 'deferred' })).toMatchObject({ status: 409, body: { code: 'note_exists' } });
  const rows: unknown[] = await dataSource.query(`SELECT FROM idempotency_key WHERE key = 'second'`);
  expect(rows).toEqual([]);
});

test('a handler that throws after a write leaves nothing behind', async () => {
  await post(undefined, { text: 'kept' });
  expect(await send('DELETE', '/notes/1')).toMatchObject({ status: 500, body: { code: 'internal_error' } });
  expect(await countNotes('kept')).toBe(1);
});

test('an edit needs the version that was read', async () => {
  const id = Number((await post(undefined, { text: 'edited' })).body?.['id']);
  const edit = (ifMatch?: string) => send('PATCH', `/notes/${id}`, { ifMatch });
  expect(await edit()).toMatchObject({ status: 428, body: { code: 'if_match_required' } });
  expect(await edit('W/"1"')).toMatchObject({ status: 400, body: { code: 'if_match_invalid' } });
  expect(await edit('*')).toMatchObject({ status: 400, body: { code: 'if_match_invalid' } });
  const edited = await edit('"1"');
  expect({ status: edited.status, etag: edited.headers.get('etag') }).toEqual({ status: 200, etag: '"2"' });
  const stale = await edit('"1"');
  expect(stale).toMatchObject({ status: 412, body: { code: 'version_conflict', presentVersion: 2 } });
  expect(stale.headers.get('etag')).toBe('"2"');
});

test('two edits at once of what both have read: one wins, the other is told', async () => {
  const id = Number((await post(undefined, { text: 'raced' })).body?.['id']);
  const answers = await Promise.all([1, 2].map(() => send('PATCH', `/notes/${id}`, { ifMatch: '"1"' })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
});

test('the document says who may call a route, and which headers guard it', async () => {
  const document = (await (await fetch(`${address}/openapi.json`)).json()) as object;
  expect(document).toMatchObject({
    paths: {
      '/notes': {
        post: {
          security: [{ bearer: [] }],
          'x-allowed-callers': { member: true },
          parameters: [{ name: 'Idempotency-Key', required: false }],
        },
      },
      '/notes/{id}': { patch: { parameters: [{ name: 'id' }, { name: 'If-Match', required: true }] } },
    },
  });
});

test('a POST that is neither transactional nor marked stops the start', async () => {
  @Controller('careless')
  class CarelessController {
    @Post()
    @Allow({ member: true })
    create(): object {
      return {};
    }
  }
  @Module({ controllers: [CarelessController] })
  class CarelessModule {}
  await expect(createService({ name: 'x', module: CarelessModule, config: silentConfig })).rejects.toThrow(
    'POST /careless (CarelessController.create) takes no @Transaction() and is not marked @NotIdempotent(why)',
  );
});

async function isSomebodyWaitingForALock(): Promise<boolean> {
  const rows: unknown[] = await dataSource.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}

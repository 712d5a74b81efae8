import { randomUUID } from 'node:crypto';
import { runMigrations } from '@latchkey/service-kit';
import { createTestDatabase, type TestDatabase } from '@latchkey/test-kit';
import pg from 'pg';
import { AttemptError } from '../access/failures.ts';
import { Sealer } from '../encryption/sealer.ts';
import { migrations } from '../migrations/migrations.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { Contacts, type Contact } from './contacts.ts';
import { People } from './people.repository.ts';

let database: TestDatabase;
let pool: pg.Pool;
let people: People;
let contacts: Contacts;
let memberId: string;
let answer: Contact | undefined | Error;
let asked: number;

beforeAll(async () => {
  database = await createTestDatabase('contacts');
  await runMigrations(database.url, migrations);
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // The database may be dropped while the last session still closes.
  pool.on('error', () => undefined);
  people = new People(poolQueries(pool));
  const contact = () => {
    asked += 1;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  contacts = new Contacts(poolQueries(pool), new Sealer([{ id: 'k', key: Buffer.alloc(32, 9) }]), { contact });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(() => {
  memberId = randomUUID();
  answer = {
    givenName: 'Ada',
    familyName: 'Lovelace',
    email: 'ada@members.example',
    isEmailVerified: true,
    version: 1,
  };
  asked = 0;
});

const changed = (version: number, contactVersion: number) =>
  people.changed(
    { id: memberId, administratorOf: [], memberOf: [], inviteeOf: [], accounts: [], contactVersion },
    version,
  );

test('a contact is asked for once, and again when an event says that it changed', async () => {
  await changed(1, 1);
  const first = await contacts.of(memberId);
  expect(await contacts.of(memberId)).toEqual(first);
  expect(asked).toBe(1);
  await changed(2, 2);
  answer = { ...first, givenName: 'Augusta', version: 2 };
  expect(await contacts.of(memberId)).toMatchObject({ givenName: 'Augusta' });
  expect(asked).toBe(2);
});

test('names and e-mails are not readable in the database', async () => {
  await contacts.of(memberId);
  const { rows } = await pool.query('SELECT * FROM person WHERE member_id = $1', [memberId]);
  expect(JSON.stringify(rows)).not.toMatch(/Ada|Lovelace|example/);
});

test('a copy sealed for one member does not open for another', async () => {
  await contacts.of(memberId);
  const other = randomUUID();
  await pool.query(
    'INSERT INTO person (member_id, fetched_version, contact) SELECT $2, fetched_version, contact FROM person WHERE member_id = $1',
    [memberId, other],
  );
  await expect(contacts.of(other)).rejects.toThrow('not authentic');
});

test('while the gateway is down an older copy serves, and without one the attempt fails transiently', async () => {
  await contacts.of(memberId);
  await changed(2, 2);
  answer = new AttemptError('person_unavailable', 'soon', 'down');
  expect(await contacts.of(memberId)).toMatchObject({ version: 1 });
  await expect(contacts.of(randomUUID())).rejects.toMatchObject({ code: 'person_unavailable', retry: 'soon' });
});

test('a person that the gateway does not know is missing for good', async () => {
  answer = undefined;
  await expect(contacts.of(memberId)).rejects.toMatchObject({ code: 'person_missing', retry: 'never' });
});

test('a deleted person’s contact goes at once, and no late event brings it back', async () => {
  await changed(1, 1);
  await contacts.of(memberId);
  await people.deleted(memberId, 3);
  const { rows } = await pool.query<{ contact: string | null }>('SELECT contact FROM person WHERE member_id = $1', [
    memberId,
  ]);
  expect(rows).toEqual([{ contact: null }]);
  expect(await changed(4, 2)).toBe(false);
  await expect(contacts.of(memberId)).rejects.toMatchObject({ code: 'person_missing' });
});

test('an older event changes nothing', async () => {
  await changed(5, 3);
  expect(await changed(4, 2)).toBe(false);
  expect(await changed(5, 3)).toBe(false);
});

import { randomUUID } from 'node:crypto';
import { CrashPoint } from '../testing/crashes.ts';
import { FenceRig, MINUTE_MS, siteId } from '../testing/fence-rig.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { People } from './people.repository.ts';

const HOUR_MS = 60 * MINUTE_MS;
const CREATE_PATH = '/v1.2/sites/*/users';

let rig: FenceRig;
let member: ReturnType<typeof randomUUID>;
beforeAll(async () => {
  rig = await FenceRig.create();
  await rig.pool.query(
    `INSERT INTO connection (id, location_id, site_id, status, version, refresh_token)
     VALUES ($1, $2, $3, 'connected', 1, 'sealed')`,
    [randomUUID(), randomUUID(), siteId],
  );
});
afterAll(() => rig.close());
beforeEach(() => {
  rig.fake.removeFaults();
  rig.fake.set({ user_spread_seconds: 0 });
  member = randomUUID();
});

const emailOf = (of = member) => `${of}@members.example`;
const prepare = (access = rig.access) => access.prepare({ siteId, memberId: member });
const conflict = { code: 'email_conflict', retry: 'never' };

/** The request to create the member's user gets no answer. */
async function creationWithoutAnswer(write: 'applied' | 'lost'): Promise<void> {
  rig.fault({ method: 'POST', path: CREATE_PATH, times: 1, effect: { kind: 'timeout', write } });
  await expect(prepare(rig.hasty())).rejects.toMatchObject({ code: 'provider_unavailable', isAnswerUnknown: true });
}

/** The process that creates the user dies at this boundary. @returns whether it came to that */
function crashesAt(boundary: number): Promise<boolean> {
  const crash = new CrashPoint(boundary);
  const options = { pool: crash.pool(rig.pool), onBeforeSend: () => Promise.resolve(crash.pass()) };
  return prepare(rig.replica(options)).then(
    () => false,
    () => true,
  );
}

/** Billing has another name or e-mail of the member, and says so. */
async function changes(contact: object, version: number): Promise<void> {
  rig.contacts.set(member, { ...contact, version });
  const person = {
    id: member,
    administratorOf: [],
    memberOf: [],
    inviteeOf: [],
    accounts: [],
    contactVersion: version,
  };
  await new People(poolQueries(rig.pool)).changed(person, version);
}

const keepUp = () => rig.upkeepOf().run({ siteId, memberId: member });

/** Who has one of the member's e-mails at Salto. */
const accounts = () => rig.fake.state.accounts.all().filter(({ email }) => email?.startsWith(member));

async function link() {
  const sql = 'SELECT origin, contact_version FROM salto_user WHERE member_id = $1';
  return (await rig.pool.query<{ origin: string; contact_version: number }>(sql, [member])).rows[0];
}

async function isCreating(): Promise<boolean> {
  return (await rig.pool.query('SELECT FROM user_creation WHERE member_id = $1', [member])).rowCount === 1;
}

describe('a creation without an answer makes nobody else’s user ours', () => {
  test.each(['site_admin', 'site_guest'])(
    'not one that somebody made with the same e-mail and another role (%s)',
    async (role) => {
      rig.contacts.set(member, { isEmailVerified: false });
      await creationWithoutAnswer('lost');
      await rig.foreignUser(emailOf(), role);
      await expect(prepare()).rejects.toMatchObject(conflict);
      expect(await link()).toBeUndefined();
    },
  );

  test('not one that is found more than a day later', async () => {
    await creationWithoutAnswer('lost');
    rig.pass(24 * HOUR_MS);
    await rig.foreignUser(emailOf());
    await expect(prepare()).rejects.toMatchObject({
      ...conflict,
      message: expect.stringContaining('to confirm') as string,
    });
    expect(await link()).toBeUndefined();
    expect(await isCreating()).toBe(false);
  });

  test('and waits until the roles of the user that it finds are known', async () => {
    await creationWithoutAnswer('lost');
    rig.fake.set({ user_spread_seconds: 3_600 });
    await rig.foreignUser(emailOf(), 'site_admin');
    await expect(prepare()).rejects.toMatchObject({ code: 'not_yet_propagated', retry: 'soon' });
    rig.fake.set({ user_spread_seconds: 0 });
    await expect(prepare()).rejects.toMatchObject(conflict);
    expect(await link()).toBeUndefined();
  });
});

describe('the user that a creation without an answer has made is ours', () => {
  test('also when the name was corrected meanwhile, which is written to it', async () => {
    rig.contacts.set(member, { isEmailVerified: false });
    await creationWithoutAnswer('applied');
    await changes({ givenName: 'Augusta', isEmailVerified: false }, 2);
    await prepare();
    expect(await link()).toEqual({ origin: 'created', contact_version: 1 });
    await keepUp();
    expect(accounts()).toMatchObject([{ first_name: 'Augusta' }]);
    expect(await link()).toEqual({ origin: 'created', contact_version: 2 });
  });

  test('also when the member has another e-mail by now: no second one is made', async () => {
    await creationWithoutAnswer('applied');
    await changes({ email: `${member}@other.example` }, 2);
    await prepare();
    expect(accounts()).toMatchObject([{ email: emailOf() }]);
    await keepUp();
    expect(accounts()).toMatchObject([{ email: `${member}@other.example` }]);
    expect(await link()).toEqual({ origin: 'created', contact_version: 2 });
  });

  test('also when it appears late: the other e-mail waits until none can appear', async () => {
    rig.fault({ method: 'POST', path: CREATE_PATH, times: 1, effect: { kind: 'late_write' } });
    await expect(prepare(rig.hasty())).rejects.toMatchObject({ code: 'provider_unavailable' });
    await changes({ email: `${member}@other.example` }, 2);
    await expect(prepare()).rejects.toMatchObject({
      code: 'provider_unavailable',
      retryAt: expect.any(Number) as number,
    });
    await rig.releaseLateWrites();
    await prepare();
    expect(accounts()).toMatchObject([{ email: emailOf() }]);
    expect(await link()).toMatchObject({ origin: 'created' });
  });

  test('and where it has made none, the other e-mail is used a minute later', async () => {
    await creationWithoutAnswer('lost');
    await changes({ email: `${member}@other.example` }, 2);
    rig.pass(MINUTE_MS);
    await prepare();
    expect(accounts()).toMatchObject([{ email: `${member}@other.example` }]);
    expect(await link()).toEqual({ origin: 'created', contact_version: 2 });
  });

  test('also when it lands while it is repeated, and shows no roles yet', async () => {
    await creationWithoutAnswer('applied');
    rig.pass(MINUTE_MS);
    rig.fake.set({ user_spread_seconds: 3_600 });
    const nobody = { kind: 'answer' as const, status: 200, body: [] };
    rig.fault({ method: 'GET', path: '/v1.2/sites/*/users', times: 2, effect: nobody });
    await expect(prepare()).rejects.toMatchObject({ code: 'not_yet_propagated', retry: 'soon' });
    rig.fake.set({ user_spread_seconds: 0 });
    await prepare();
    expect(await link()).toMatchObject({ origin: 'created' });
  });

  test('after a crash at any point, whatever e-mail the member has by then', async () => {
    for (let boundary = 1; boundary < 100; boundary += 1) {
      member = randomUUID();
      const died = await crashesAt(boundary);
      await changes({ email: `${member}@other.example` }, 2);
      rig.pass(MINUTE_MS);
      await prepare();
      await keepUp();
      expect(accounts()).toMatchObject([{ email: `${member}@other.example` }]);
      expect([await link(), await isCreating()]).toEqual([{ origin: 'created', contact_version: 2 }, false]);
      if (!died) return;
    }
    throw new Error('there was no end of crash points');
  });
});

describe('a creation that nobody repeats', () => {
  const usersNow = () => {
    const ids = new Set(accounts().map(({ id }) => id));
    return rig.fake.state.siteUsers.ofSite(siteId).filter(({ user_id: id }) => ids.has(id));
  };
  const deletePerson = () => new People(poolQueries(rig.pool)).deleted(member, 9);
  const done = { dueAt: null, failures: [] };

  test('is asked about in the statement that records it, and not before it can tell', async () => {
    await creationWithoutAnswer('applied');
    const sql = 'SELECT due_at FROM user_upkeep WHERE member_id = $1';
    const { rows } = await rig.pool.query<{ due_at: Date }>(sql, [member]);
    expect(Math.abs((rows[0]?.due_at.getTime() ?? 0) - rig.now() - MINUTE_MS)).toBeLessThan(MINUTE_MS / 2);
    rig.fake.calls.clear();
    expect(await keepUp()).toEqual({ dueAt: expect.any(Number) as number, failures: [] });
    expect(rig.calls('GET', /./)).toBe(0);
  });

  test('is asked about no more once the user is linked', async () => {
    await prepare();
    const { rows } = await rig.pool.query<{ due_at: Date }>('SELECT due_at FROM user_upkeep WHERE member_id = $1', [
      member,
    ]);
    expect(rows[0]?.due_at.getTime()).toBeGreaterThan(rig.now() + 9 * MINUTE_MS);
  });

  test('leaves no user of a person who is deleted meanwhile', async () => {
    await creationWithoutAnswer('applied');
    expect(usersNow()).toHaveLength(1);
    await deletePerson();
    rig.pass(2 * MINUTE_MS);
    expect(await keepUp()).toEqual(done);
    expect([usersNow(), await link(), await isCreating()]).toEqual([[], undefined, false]);
  });

  test('leaves no e-mail of a deleted person where no user was made', async () => {
    await creationWithoutAnswer('lost');
    await deletePerson();
    rig.pass(MINUTE_MS);
    expect(await keepUp()).toEqual(done);
    expect([usersNow(), await link(), await isCreating()]).toEqual([[], undefined, false]);
  });

  test('deletes nobody whom others made with the e-mail of a deleted person', async () => {
    await creationWithoutAnswer('lost');
    await deletePerson();
    await rig.foreignUser(emailOf(), 'site_admin');
    rig.pass(MINUTE_MS);
    expect(await keepUp()).toEqual(done);
    expect([usersNow().length, await link(), await isCreating()]).toEqual([1, undefined, false]);
  });

  test('of a living member becomes its user, idle like any other', async () => {
    await creationWithoutAnswer('applied');
    rig.pass(MINUTE_MS);
    const { dueAt, failures } = await keepUp();
    expect([failures, (dueAt ?? 0) > rig.now()]).toEqual([[], true]);
    expect(await link()).toMatchObject({ origin: 'created' });
    rig.pass(10 * MINUTE_MS);
    expect(await keepUp()).toEqual(done);
    expect(usersNow()).toMatchObject([{ subscription_state: 'suspended' }]);
  });

  test('is asked about again while Salto does not answer', async () => {
    await creationWithoutAnswer('applied');
    await deletePerson();
    rig.pass(2 * MINUTE_MS);
    rig.fault({ effect: { kind: 'unavailable' } });
    await expect(keepUp()).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(await isCreating()).toBe(true);
    rig.fake.removeFaults();
    expect(await keepUp()).toEqual(done);
    expect(usersNow()).toEqual([]);
  });

  test('leaves nothing of a deleted person, wherever the process has died', async () => {
    for (let boundary = 1; boundary < 100; boundary += 1) {
      member = randomUUID();
      const died = await crashesAt(boundary);
      await deletePerson();
      rig.pass(2 * MINUTE_MS);
      await keepUp();
      expect([usersNow(), await link(), await isCreating()]).toEqual([[], undefined, false]);
      if (!died) return;
    }
    throw new Error('there was no end of crash points');
  });
});

test('an intent that is of no use any more goes with the next one', async () => {
  await creationWithoutAnswer('lost');
  rig.pass(24 * HOUR_MS + 1);
  const first = member;
  member = randomUUID();
  await creationWithoutAnswer('lost');
  const { rows } = await rig.pool.query('SELECT member_id FROM user_creation WHERE member_id = ANY($1)', [
    [first, member],
  ]);
  expect(rows).toEqual([{ member_id: member }]);
});

test('the e-mail of a creation is not readable in the database', async () => {
  await creationWithoutAnswer('lost');
  const { rows } = await rig.pool.query('SELECT * FROM user_creation WHERE member_id = $1', [member]);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toMatch(/members\.example/);
});

test('a user that we made is ours after hours without any answer from Salto', async () => {
  await creationWithoutAnswer('applied');
  rig.fault({ effect: { kind: 'unavailable' } });
  rig.pass(8 * HOUR_MS);
  await expect(prepare()).rejects.toMatchObject({ code: 'provider_unavailable' });
  rig.fake.removeFaults();
  await prepare();
  expect(await link()).toMatchObject({ origin: 'created' });
});

import { randomUUID } from 'node:crypto';
import { FenceRig, MINUTE_MS, siteId } from '../testing/fence-rig.ts';

const HOUR_MS = 60 * MINUTE_MS;
const CREATE_PATH = '/v1.2/sites/*/users';

let rig: FenceRig;
let member: ReturnType<typeof randomUUID>;
beforeAll(async () => (rig = await FenceRig.create()));
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

test('a user that we made is ours after hours without any answer from Salto', async () => {
  await creationWithoutAnswer('applied');
  rig.fault({ effect: { kind: 'unavailable' } });
  rig.pass(8 * HOUR_MS);
  await expect(prepare()).rejects.toMatchObject({ code: 'provider_unavailable' });
  rig.fake.removeFaults();
  await prepare();
  expect(await link()).toMatchObject({ origin: 'created' });
});

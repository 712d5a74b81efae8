import { randomUUID } from 'node:crypto';
import { demo } from '@latchkey/fake-salto-ks';
import { FenceRig, MINUTE_MS, roomA, siteId } from '../testing/fence-rig.ts';

let rig: FenceRig;
let member: ReturnType<typeof randomUUID>;
beforeAll(async () => (rig = await FenceRig.create()));
afterAll(() => rig.close());
beforeEach(() => {
  rig.fake.removeFaults();
  member = randomUUID();
});

const prepare = (memberId = member, access = rig.access) => access.prepare({ siteId, memberId });
const usersNow = () => rig.fake.state.siteUsers.ofSite(siteId).length;

async function linkOf(memberId = member) {
  const { rows } = await rig.pool.query<{ origin: string; platform_id: string }>(
    'SELECT origin, platform_id FROM salto_user WHERE member_id = $1',
    [memberId],
  );
  return rows[0];
}

/** Somebody else made this user at Salto. */
async function foreignUser(email: string, role = 'site_user'): Promise<string> {
  const token = await rig.fake.accessToken(demo.administrator.id);
  const roleId = rig.fake.state.sites.get(siteId)?.roles.find(({ code }) => code === role)?.id;
  const response = await fetch(`${rig.fake.url}/v1.2/sites/${siteId}/users`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ first_name: 'F', last_name: 'X', alias: 'F X', email, role_ids: [roleId] }),
  });
  return ((await response.json()) as { user: { id: string } }).user.id;
}

test('nobody with the e-mail: a user is created', async () => {
  await prepare();
  expect(await linkOf()).toMatchObject({ origin: 'created' });
});

test('a user that others made is linked for a verified e-mail', async () => {
  const platformId = await foreignUser(`${member}@members.example`);
  await prepare();
  expect(await linkOf()).toEqual({ origin: 'linked', platform_id: platformId });
});

test('a guest is linked too', async () => {
  await foreignUser(`${member}@members.example`, 'site_guest');
  await prepare();
  expect(await linkOf()).toMatchObject({ origin: 'linked' });
});

test.each([
  ['an e-mail that is not verified', { isEmailVerified: false }, 'site_user'],
  ['an administrator of the site', {}, 'site_admin'],
])('%s is a conflict, and nobody is linked', async (_, contact, role) => {
  rig.contacts.set(member, contact);
  await foreignUser(`${member}@members.example`, role);
  await expect(prepare()).rejects.toMatchObject({ code: 'email_conflict', retry: 'never' });
  expect(await linkOf()).toBeUndefined();
  expect(await rig.apply({ n: 1, member, groups: [roomA] })).toMatchObject({
    kind: 'confirmed',
    groups: [{ outcome: 'blocked', failure: { code: 'email_conflict' } }],
  });
});

test('one Salto user belongs to at most one member', async () => {
  await prepare();
  const other = randomUUID();
  rig.contacts.set(other, { email: `${member}@members.example` });
  await expect(prepare(other)).rejects.toMatchObject({ code: 'email_conflict' });
});

test('without an e-mail nobody is created', async () => {
  rig.contacts.set(member, { email: null });
  const before = usersNow();
  await expect(prepare()).rejects.toMatchObject({ code: 'email_missing', retry: 'never' });
  expect(usersNow()).toBe(before);
});

test('a user whose creation got no answer is found again and is ours', async () => {
  rig.fault({ method: 'POST', path: '/v1.2/sites/*/users', times: 1, effect: { kind: 'timeout', write: 'applied' } });
  await expect(prepare(member, rig.hasty())).rejects.toMatchObject({
    code: 'provider_unavailable',
    isAnswerUnknown: true,
  });
  await prepare();
  expect(await linkOf()).toMatchObject({ origin: 'created' });
});

test('a creation that lands late makes no second user: nothing is created again within a minute', async () => {
  const before = usersNow();
  rig.fault({ method: 'POST', path: '/v1.2/sites/*/users', times: 1, effect: { kind: 'late_write' } });
  await expect(prepare(member, rig.hasty())).rejects.toMatchObject({ code: 'provider_unavailable' });
  await expect(prepare()).rejects.toMatchObject({
    code: 'provider_unavailable',
    retryAt: expect.any(Number) as number,
  });
  await rig.releaseLateWrites();
  rig.pass(MINUTE_MS);
  await prepare();
  expect(usersNow()).toBe(before + 1);
  expect(await linkOf()).toMatchObject({ origin: 'created' });
});

test('a creation that was lost is repeated after a minute', async () => {
  rig.fault({ method: 'POST', path: '/v1.2/sites/*/users', times: 1, effect: { kind: 'timeout', write: 'lost' } });
  await expect(prepare(member, rig.hasty())).rejects.toMatchObject({ code: 'provider_unavailable' });
  rig.pass(MINUTE_MS);
  await prepare();
  expect(await linkOf()).toMatchObject({ origin: 'created' });
});

test('a linked user without a seat is not ours to change', async () => {
  await foreignUser(`${member}@members.example`);
  for (const user of rig.fake.state.siteUsers.ofSite(siteId)) {
    if (user.alias === 'F X') user.subscription_state = 'suspended';
  }
  await expect(prepare()).rejects.toMatchObject({ code: 'user_not_subscribed', retry: 'never' });
  const changes = rig.fake.calls.matching(({ method, path }) => method === 'PATCH' && path.includes('subscription'));
  expect(changes).toEqual([]);
});

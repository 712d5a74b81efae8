import { createFakeSaltoKs, demo, demoSeed, type FakeSaltoKs } from '@latchkey/fake-salto-ks';
import { Agent } from 'undici';
import { send } from './call.ts';
import { SaltoKsSite } from './salto-ks.client.ts';

const { roomA } = demo.paris.groups;
const agent = new Agent();
let fake: FakeSaltoKs;
let site: SaltoKsSite;
/** Does not wait long for an answer. */
let hasty: SaltoKsSite;

beforeEach(async () => {
  fake = await (await createFakeSaltoKs({ seed: demoSeed(), settings: { page_size: 2 } })).listen();
  const authorization = `Bearer ${await fake.accessToken(demo.administrator.id)}`;
  const siteWithin = (deadlineMs: number) =>
    new SaltoKsSite(
      (call) => send({ ...call, headers: { authorization } }, agent, deadlineMs),
      fake.url,
      demo.paris.id,
    );
  site = siteWithin(5_000);
  hasty = siteWithin(300);
});
afterEach(() => fake.close());
afterAll(() => agent.close());

const nothing = () => Promise.resolve();

async function newUser(name: string) {
  const role = (await site.roles()).find(({ code }) => code === 'site_user');
  const user = { givenName: name, familyName: 'Test', email: `${name}@members.example`, roleId: role?.id ?? '' };
  return site.createUser(user, nothing);
}

test('a group’s members are read over all pages', async () => {
  const users = await Promise.all(['ada', 'bruno', 'chloe', 'dora', 'emil'].map(newUser));
  for (const { user } of users) await site.addToGroup(roomA, user.id, nothing);
  expect(await site.groupMembers(roomA)).toEqual(new Set(users.map(({ user }) => user.id)));
});

test.each([['platform_user' as const], ['site_user' as const]])(
  'a member in the shape of a %s is known by its platform id',
  async (shape) => {
    fake.set({ group_user_shape: shape });
    const { user } = await newUser('ada');
    await site.addToGroup(roomA, user.id, nothing);
    expect(await site.groupMembers(roomA)).toEqual(new Set([user.id]));
  },
);

test('a list may be a bare array', async () => {
  fake.set({ bare_array_lists: ['group_users', 'users'] });
  const { user, id } = await newUser('ada');
  await site.addToGroup(roomA, user.id, nothing);
  expect(await site.groupMembers(roomA)).toEqual(new Set([user.id]));
  expect(await site.userByEmail('ADA@members.example')).toMatchObject({ id });
});

test('a user is found by its e-mail, quotes and all, and by nothing else', async () => {
  const { id } = await newUser("o'hara");
  expect(await site.userByEmail("o'hara@members.example")).toMatchObject({ id });
  expect(await site.userByEmail('nobody@members.example')).toBeUndefined();
});

test('the two kinds of ids are not mixed: a site user id is unknown to groups', async () => {
  const { id } = await newUser('ada');
  await expect(site.addToGroup(roomA, id, nothing)).rejects.toMatchObject({
    code: 'user_deleted_externally',
    saltoCode: '2202',
  });
});

test('a group that there is not has no members', async () => {
  await expect(site.groupMembers('5a170000-0000-4000-8000-0000000000ff')).rejects.toMatchObject({
    code: 'group_missing',
  });
});

test.each([
  ['never answered', { kind: 'timeout' as const, write: 'applied' as const }, true],
  ['broken off', { kind: 'reset' as const, write: 'lost' as const }, true],
  ['turned away', { kind: 'unavailable' as const }, false],
])('a write that is %s has an unknown answer: %s', async (_, effect, isAnswerUnknown) => {
  const { user } = await newUser('ada');
  fake.addFaults({ method: 'POST', path: '/v1.2/**/access_groups/**', effect });
  await expect(hasty.addToGroup(roomA, user.id, nothing)).rejects.toMatchObject({
    code: 'provider_unavailable',
    isAnswerUnknown,
  });
});

test('nothing is sent when what has to be recorded before cannot be', async () => {
  const { user } = await newUser('ada');
  fake.calls.clear();
  await expect(site.addToGroup(roomA, user.id, () => Promise.reject(new Error('no commit')))).rejects.toThrow(
    'no commit',
  );
  expect(fake.calls.matching(() => true)).toEqual([]);
});

test('a process that stalls between recording and sending does not send', async () => {
  const { user } = await newUser('ada');
  fake.calls.clear();
  const stall = async () => {
    const end = performance.now() + 350;
    while (performance.now() < end) await nothing();
  };
  await expect(hasty.addToGroup(roomA, user.id, stall)).rejects.toMatchObject({ isAnswerUnknown: false });
  expect(fake.calls.matching(() => true)).toEqual([]);
});

test('a next page on another host is asked for at ours, so that the token stays with us', async () => {
  const next_page_link = `http://elsewhere.example/v1.2/sites/${demo.paris.id}/access_groups/${roomA}/users?$skip=2`;
  fake.addFaults({
    method: 'GET',
    path: '/v1.2/**/users',
    times: 1,
    effect: { kind: 'answer', status: 200, body: { items: [], next_page_link } },
  });
  await site.groupMembers(roomA);
  expect(fake.calls.matching(({ path }) => path.includes('skip=2'))).toHaveLength(1);
});

test('an error inside a success is an error', async () => {
  const body = { ErrorCode: 2202, Message: 'User not found' };
  fake.addFaults({ method: 'POST', path: '/v1.2/**/access_groups/**', effect: { kind: 'answer', status: 200, body } });
  await expect(site.addToGroup(roomA, 'anybody', nothing)).rejects.toMatchObject({ code: 'user_deleted_externally' });
});

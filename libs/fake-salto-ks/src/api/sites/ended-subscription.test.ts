import { demo } from '../../demo-seed.ts';
import { startFake, userBody, type FakeUnderTest } from '../../testing/fake-under-test.ts';

const { groups, locks } = demo.paris;
const members = `access_groups/${groups.roomA}/users`;
const schedules = `access_groups/${groups.roomA}/time_schedules`;
const always = { monday: true, sunday: true };

/** A site whose subscription ends while somebody is in room A's group, on it and on every write to it. */
async function withEndedSubscription(features: string[] = []) {
  const test = await startFake();
  const { id, user } = await test.createUser('ada@example.org');
  await test.paris('POST', members, { user_id: user.id });
  await test.request('PATCH', `/_fake/iqs/${demo.paris.iq}`, { otp_enabled: false });
  await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { features, subscription_valid: false });
  return { test, siteUserId: id, userId: user.id };
}

const tap = async (test: FakeUnderTest, userId: string) =>
  (await test.request('POST', `/_fake/locks/${locks.roomA}/tap`, { user_id: userId })).body;

describe('a site whose subscription has ended', () => {
  it('opens no door, at the door or from afar, until it is renewed', async () => {
    const { test, userId } = await withEndedSubscription();
    await using _ = test;
    const rejected = { event_category: 'lock_rejected', event_detail: null, user_alias: 'Ada Lovelace' };
    expect(await tap(test, userId)).toMatchObject({ opens: false, reason: 'site_unsubscribed', entry: rejected });
    const unlock = () => test.paris('PATCH', `locks/${locks.roomA}/locking`, { locked_state: 'unlocked' });
    expect(await unlock()).toMatchObject({ status: 403, body: { ErrorCode: 2204 } });
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { subscription_valid: true });
    expect(await tap(test, userId)).toMatchObject({ opens: true, reason: 'opened' });
    expect((await unlock()).status).toBe(200);
  });

  it('shows its IQs as unsubscribed', async () => {
    const { test } = await withEndedSubscription();
    await using _ = test;
    expect((await test.paris('GET', `iqs/${demo.paris.iq}`)).body).toMatchObject({ state: 'unsubscribed' });
    expect((await test.paris('GET', 'iqs')).body).toMatchObject({ items: [{ state: 'unsubscribed' }] });
  });

  it('can be read as ever', async () => {
    const { test, siteUserId } = await withEndedSubscription();
    await using _ = test;
    for (const path of ['', 'users', `users/${siteUserId}`, 'access_groups', members, 'locks', 'subscription'])
      expect([path, (await test.paris('GET', path)).status]).toEqual([path, 200]);
  });

  it.each<[string, (test: FakeUnderTest, ids: { siteUserId: string; userId: string; schedule: string }) => unknown[]]>([
    ['creating a user', ({ fake }) => ['POST', 'users', userBody(fake)]],
    ['creating a guest', () => ['POST', 'guests', { alias: 'Booking 1' }]],
    ['changing a user', (_, { siteUserId }) => ['PATCH', `users/${siteUserId}`, { blocked: true }]],
    ['a seat', (_, { siteUserId }) => ['PATCH', `users/${siteUserId}/subscription`, { state: 'suspended' }]],
    ['a PIN', (_, { siteUserId }) => ['PUT', `users/${siteUserId}/pin`, {}]],
    ['a PIN of one’s own', (_, { siteUserId }) => ['PUT', `users/${siteUserId}/pin/custom`, { pin: '123456' }]],
    ['deleting a user', (_, { siteUserId }) => ['DELETE', `users/${siteUserId}`]],
    ['creating a group', () => ['POST', 'access_groups', { customer_reference: 'Studio' }]],
    ['deleting a group', () => ['DELETE', `access_groups/${groups.roomA}`]],
    ['adding a member', () => ['POST', members, { user_id: demo.administrator.id }]],
    ['removing a member', (_, { userId }) => ['DELETE', `${members}/${userId}`]],
    ['adding a lock', () => ['POST', `access_groups/${groups.roomA}/locks`, { lock_id: locks.office1 }]],
    ['removing a lock', () => ['DELETE', `access_groups/${groups.roomA}/locks/${locks.roomA}`]],
    ['creating a schedule', () => ['POST', schedules, always, 'v1.1']],
    ['changing a schedule', (_, { schedule }) => ['PATCH', `${schedules}/${schedule}`, always, 'v1.1']],
    ['deleting a schedule', (_, { schedule }) => ['DELETE', `${schedules}/${schedule}`, undefined, 'v1.1']],
  ])('refuses %s with 403, and nothing changes', async (_, call) => {
    const { test, ...ids } = await withEndedSubscription(['custom_pin']);
    await using __ = test;
    const schedule = [...(test.fake.state.accessGroups.get(groups.roomA)?.time_schedules.keys() ?? [])][0] ?? '';
    const before = JSON.stringify(test.fake.state.snapshot(0));
    const [method, path, body, version] = call(test, { ...ids, schedule }) as Parameters<FakeUnderTest['paris']>;
    expect(await test.paris(method, path, body, version)).toMatchObject({ status: 403, body: { ErrorCode: 2204 } });
    expect(JSON.stringify(test.fake.state.snapshot(0))).toBe(before);
  });
});

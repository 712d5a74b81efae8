import { demo } from '../../demo-seed.ts';
import { startFake, type FakeUnderTest } from '../../testing/fake-under-test.ts';

const { paris, newYork, administrator } = demo;
const { groups, locks } = paris;
const members = `access_groups/${groups.roomA}/users`;

async function withMember() {
  const test = await startFake();
  const { id, user } = await test.createUser('ada@example.org');
  await test.paris('POST', members, { user_id: user.id });
  const tap = async (lock: string = locks.roomA) => {
    const { body } = await test.request('POST', `/_fake/locks/${lock}/tap`, { user_id: user.id });
    return (body as { reason: string }).reason;
  };
  expect(await tap()).toBe('opened');
  return { test, tap, siteUserId: id, userId: user.id };
}

const adminSiteUserId = ({ fake }: FakeUnderTest, siteId: string) =>
  fake.state.siteUsers.ofAccount(siteId, administrator.id)?.id ?? '';

describe('somebody in Salto’s dashboard', () => {
  it.each([
    ['blocks a user', { blocked: true }, 'blocked'],
    ['suspends a user', { subscription_state: 'suspended' }, 'suspended'],
    ['lets a user expire', { expires_at: '2020-01-01T00:00:00Z' }, 'expired'],
  ])('%s', async (_, change, reason) => {
    const { test, tap, siteUserId } = await withMember();
    await using __ = test;
    expect((await test.request('PATCH', `/_fake/users/${siteUserId}`, change)).status).toBe(200);
    expect((await test.paris('GET', `users/${siteUserId}`)).body).toMatchObject(change);
    expect(await tap()).toBe(reason);
  });

  it('renames a user and changes the e-mail, but not to one that is taken', async () => {
    const { test, siteUserId } = await withMember();
    await using _ = test;
    const path = `/_fake/users/${siteUserId}`;
    const change = { first_name: 'Augusta', email: 'augusta@example.org', alias: 'A. King' };
    await test.request('PATCH', path, change);
    expect((await test.paris('GET', `users/${siteUserId}`)).body).toMatchObject({
      alias: 'A. King',
      user: { first_name: 'Augusta', last_name: 'Lovelace', email: 'augusta@example.org' },
    });
    expect((await test.request('PATCH', path, { email: administrator.email })).status).toBe(400);
    expect((await test.request('PATCH', path, { shoe_size: 40 })).status).toBe(400);
  });

  it('deletes a user, with seat and memberships', async () => {
    const { test, tap, siteUserId } = await withMember();
    await using _ = test;
    const taken = test.fake.state.siteUsers.seatsTaken(paris.id);
    expect((await test.request('DELETE', `/_fake/users/${siteUserId}`)).status).toBe(204);
    expect((await test.paris('GET', `users/${siteUserId}`)).status).toBe(404);
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [] });
    expect(test.fake.state.siteUsers.seatsTaken(paris.id)).toBe(taken - 1);
    expect(await tap()).toBe('not_in_group');
    expect((await test.request('DELETE', `/_fake/users/${siteUserId}`)).status).toBe(404);
  });

  it('deletes a group', async () => {
    const { test, tap } = await withMember();
    await using _ = test;
    expect((await test.request('DELETE', `/_fake/access_groups/${groups.roomA}`)).status).toBe(204);
    expect((await test.paris('GET', members)).status).toBe(404);
    expect(await tap()).toBe('not_in_group');
    expect((await test.request('DELETE', `/_fake/access_groups/${groups.roomA}`)).status).toBe(404);
  });

  it('renames a group, takes its schedule away, and gives it one with narrower hours', async () => {
    const { test, tap } = await withMember();
    await using _ = test;
    const path = `/_fake/access_groups/${groups.roomA}`;
    await test.request('PATCH', path, { customer_reference: 'Quiet room', time_schedules: [] });
    expect((await test.paris('GET', `access_groups/${groups.roomA}`)).body).toMatchObject({
      customer_reference: 'Quiet room',
    });
    expect(await tap()).toBe('group_without_schedule');
    const over = { monday: true, end_date: '2020-01-01' };
    expect((await test.request('PATCH', path, { time_schedules: [over] })).status).toBe(200);
    expect(await tap()).toBe('outside_schedule');
    expect((await test.request('PATCH', path, { time_schedules: [{ monday: false }] })).status).toBe(400);
    // Members stay, whatever else changes.
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [{}] });
  });

  it('takes a lock out of a group, but puts in none of another site', async () => {
    const { test, tap } = await withMember();
    await using _ = test;
    const path = `/_fake/access_groups/${groups.roomA}`;
    await test.request('PATCH', path, { lock_ids: [locks.frontDoor] });
    expect([await tap(locks.roomA), await tap(locks.frontDoor)]).toEqual(['not_in_group', 'opened']);
    expect((await test.request('PATCH', path, { lock_ids: [newYork.locks.roomA] })).status).toBe(400);
  });

  it('takes a lock off its door', async () => {
    const { test } = await withMember();
    await using _ = test;
    expect((await test.request('DELETE', `/_fake/locks/${locks.roomA}`)).status).toBe(204);
    expect((await test.paris('GET', `locks/${locks.roomA}`)).status).toBe(404);
    const { body } = await test.paris('GET', `access_groups/${groups.roomA}/locks`);
    expect((body as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual([locks.frontDoor]);
    expect((await test.request('DELETE', `/_fake/locks/${locks.roomA}`)).status).toBe(404);
  });

  it('changes the seats, and ends the subscription', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/sites/${paris.id}`, { user_amount: 2, features: ['nfc'] });
    const states = [await test.createUser('a@example.org'), await test.createUser('b@example.org')];
    expect(states.map(({ subscription_state }) => subscription_state)).toEqual(['subscribed', 'suspended']);
    expect((await test.paris('GET', 'subscription')).body).toMatchObject({ user_amount: 2, features: ['nfc'] });
    await test.request('PATCH', `/_fake/sites/${paris.id}`, { subscription_valid: false });
    expect((await test.paris('POST', members, { user_id: states[0]?.user.id })).status).toBe(403);
  });

  it('gives a seat to whom was suspended, but none that is not there', async () => {
    const { test, siteUserId } = await withMember();
    await using _ = test;
    const set = async (subscription_state: string) =>
      (await test.request('PATCH', `/_fake/users/${siteUserId}`, { subscription_state })).status;
    const seats = (user_amount: number) => test.request('PATCH', `/_fake/sites/${paris.id}`, { user_amount });
    expect(await set('suspended')).toBe(200);
    await seats(1);
    expect(await set('subscribed')).toBe(400);
    expect(test.fake.state.siteUsers.seatsTaken(paris.id)).toBe(1);
    await seats(2);
    expect([await set('subscribed'), await set('subscribed')]).toEqual([200, 200]);
  });

  it('withdraws the administrator’s role, on that site only', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/users/${adminSiteUserId(test, paris.id)}`, { role: 'site_user' });
    expect((await test.paris('GET', 'users')).status).toBe(403);
    expect((await test.paris('GET', 'me')).body).toMatchObject({ roles: [{ code: 'site_user' }] });
    expect((await test.request('GET', `/v1.2/sites/${newYork.id}/users`)).status).toBe(200);
  });
});

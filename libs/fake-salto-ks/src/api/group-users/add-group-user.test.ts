import { demo } from '../../demo-seed.ts';
import { handClock, startFake } from '../../testing/fake-under-test.ts';

const members = `access_groups/${demo.paris.groups.roomA}/users`;

describe('POST …/access_groups/{group}/users', () => {
  it('wants the platform id: the site-user id is 404 2202', async () => {
    await using test = await startFake();
    const { id, user } = await test.createUser();
    expect(await test.paris('POST', members, { user_id: id })).toMatchObject({
      status: 404,
      body: { ErrorCode: 2202 },
    });
    expect((await test.paris('POST', members, { user_id: user.id })).status).toBe(200);
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [{ id: user.id }] });
  });

  it('does not find a user that has not spread', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now, settings: { user_spread_seconds: 5 } });
    const { user } = await test.createUser();
    const add = () => test.paris('POST', members, { user_id: user.id });
    expect(await add()).toMatchObject({ status: 404, body: { ErrorCode: 2202 } });
    clock.advanceSeconds(5);
    expect((await add()).status).toBe(200);
  });

  it.each([
    ['succeeds', 200],
    ['fails', 400],
  ] as const)('%s for somebody who is in already, by setting', async (repeated_member_change, status) => {
    await using test = await startFake({ settings: { repeated_member_change } });
    const { user } = await test.createUser();
    await test.paris('POST', members, { user_id: user.id });
    expect((await test.paris('POST', members, { user_id: user.id })).status).toBe(status);
  });

  it('changes nothing on a site whose subscription has ended', async () => {
    await using test = await startFake();
    const { user } = await test.createUser();
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { subscription_valid: false });
    expect((await test.paris('POST', members, { user_id: user.id })).status).toBe(403);
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [] });
  });

  it("does not know another site's group", async () => {
    await using test = await startFake();
    const { user } = await test.createUser();
    const path = `access_groups/${demo.newYork.groups.roomA}/users`;
    expect((await test.paris('POST', path, { user_id: user.id })).status).toBe(404);
  });
});

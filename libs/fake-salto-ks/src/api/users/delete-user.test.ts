import { demo } from '../../demo-seed.ts';
import { handClock, startFake } from '../../testing/fake-under-test.ts';

describe('DELETE /v1.2/sites/{site}/users/{user}', () => {
  it('answers 202, frees the seat at once, and shows the user for some seconds more', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now, settings: { user_delete_seconds: 10 } });
    const { id } = await test.createUser();
    expect((await test.paris('DELETE', `users/${id}`)).status).toBe(202);
    expect(test.fake.state.siteUsers.seatsTaken(demo.paris.id)).toBe(1);
    expect((await test.paris('GET', `users/${id}`)).status).toBe(200);
    clock.advanceSeconds(10);
    expect((await test.paris('GET', `users/${id}`)).status).toBe(404);
    expect((await test.paris('GET', 'users')).body).toMatchObject({ items: [{ alias: 'Dora Doors' }] });
  });

  it('ends the memberships, and the same person can come back under the same platform id', async () => {
    await using test = await startFake({ settings: { user_delete_seconds: 10 } });
    const { id, user } = await test.createUser('ada@example.org');
    const members = `access_groups/${demo.paris.groups.roomA}/users`;
    await test.paris('POST', members, { user_id: user.id });
    await test.paris('DELETE', `users/${id}`);
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [] });
    const again = await test.createUser('ada@example.org');
    expect(again.user.id).toBe(user.id);
    expect(again.id).not.toBe(id);
  });
});

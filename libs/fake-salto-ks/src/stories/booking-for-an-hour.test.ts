import { demo } from '../demo-seed.ts';
import { handClock, startFake } from '../testing/fake-under-test.ts';

/** The whole way of an integration, with Salto's delays: what any adapter has to live with. */
describe('a room booked for an hour', () => {
  it('opens for the person during the hour and refuses before and after', async () => {
    const clock = handClock('2026-03-29T07:00:00Z');
    const settings = { user_spread_seconds: 60, lock_spread_seconds: 45 };
    await using test = await startFake({ now: clock.now, settings });
    const { groups, locks } = demo.paris;
    const tap = async () => {
      const { body } = await test.request('POST', `/_fake/locks/${locks.roomA}/tap`, { email: 'ada@example.org' });
      return (body as { reason: string }).reason;
    };

    const { user } = await test.createUser('ada@example.org');
    const join = () => test.paris('POST', `access_groups/${groups.roomA}/users`, { user_id: user.id });
    expect((await join()).status).toBe(404);
    clock.advanceSeconds(60);
    expect((await join()).status).toBe(200);
    expect(await tap()).toBe('not_in_group');
    clock.advanceSeconds(45);
    expect(await tap()).toBe('opened');

    clock.advanceSeconds(3600);
    // The token of the beginning is over by now; a new one does.
    expect((await test.paris('GET', 'users')).status).toBe(401);
    const token = await test.fake.accessToken(demo.administrator.id);
    const member = `/v1.2/sites/${demo.paris.id}/access_groups/${groups.roomA}/users/${user.id}`;
    expect((await test.request('DELETE', member, undefined, token)).status).toBe(204);
    expect(await tap()).toBe('opened');
    clock.advanceSeconds(45);
    expect(await tap()).toBe('not_in_group');

    const entries = test.fake.state.entries.ofSite(demo.paris.id);
    expect(entries.map(({ event_category }) => event_category)).toEqual([
      'lock_rejected',
      'lock_opened',
      'lock_opened',
      'lock_rejected',
    ]);
  });
});

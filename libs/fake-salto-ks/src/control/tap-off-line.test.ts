import { demo } from '../demo-seed.ts';
import { handClock, startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';

const { groups, locks, iq } = demo.paris;
const members = `access_groups/${groups.roomA}/users`;
const DAY_SECONDS = 86_400;

/** A member whom room A's lock let in on the first day. */
async function letIn(offline_credential_days: number) {
  const clock = handClock('2026-07-02T10:00:00Z');
  const test = await startFake({ now: clock.now, settings: { offline_credential_days } });
  const { id, user } = await test.createUser('ada@example.org');
  await test.paris('POST', members, { user_id: user.id });
  const tap = async (lock: string = locks.roomA, body: object = { user_id: user.id }) => {
    const answer = await test.request('POST', `/_fake/locks/${lock}/tap`, body);
    return (answer.body as { reason: string }).reason;
  };
  expect(await tap()).toBe('opened');
  return { test, clock, tap, id, removed: () => test.paris('DELETE', `${members}/${user.id}`) };
}

const setLock = (test: FakeUnderTest, online: boolean) =>
  test.request('PATCH', `/_fake/locks/${locks.roomA}`, { online });
const setIq = (test: FakeUnderTest, online: boolean) => test.request('PATCH', `/_fake/iqs/${iq}`, { online });

describe('a lock that is off line', () => {
  it.each([
    ['itself', setLock],
    ['with its IQ', setIq],
  ])('%s lets in whom it let in lately, though they were removed since, for so many days', async (_, set) => {
    const { test, clock, tap, removed } = await letIn(7);
    await using __ = test;
    await set(test, false);
    await removed();
    clock.advanceSeconds(7 * DAY_SECONDS - 1);
    const { body } = await test.request('POST', `/_fake/locks/${locks.roomA}/tap`, { email: 'ada@example.org' });
    expect(body).toMatchObject({ opens: true, reason: 'opened_off_line', entry: { event_category: 'lock_opened' } });
    clock.advanceSeconds(1);
    expect(await tap()).toBe('lock_offline');
  });

  it('lets in nobody unless told to, which is how the fake begins', async () => {
    const { test, tap } = await letIn(0);
    await using _ = test;
    await setLock(test, false);
    expect(await tap()).toBe('lock_offline');
  });

  it('does not let in at one door whom another let in, nor by a PIN', async () => {
    const { test, tap, id } = await letIn(7);
    await using _ = test;
    await test.paris('PATCH', `users/${id}`, { use_pin: true });
    const pin = (await test.paris('PUT', `users/${id}/pin`, {})).body as string;
    await setIq(test, false);
    expect(await tap(locks.frontDoor)).toBe('lock_offline');
    expect(await tap(locks.roomA, { pin })).toBe('lock_offline');
    expect(await tap()).toBe('opened_off_line');
  });

  it('has cleared whose removal reached it while it was on line', async () => {
    const { test, tap, removed } = await letIn(7);
    await using _ = test;
    await removed();
    await setLock(test, false);
    expect(await tap()).toBe('lock_offline');
  });

  it('clears them when it comes back on line, and has not heard of a removal that was still on its way', async () => {
    const { test, clock, tap, removed } = await letIn(7);
    await using _ = test;
    test.fake.set({ lock_spread_seconds: 45 });
    await removed();
    clock.advanceSeconds(44);
    await setIq(test, false);
    clock.advanceSeconds(60);
    expect(await tap()).toBe('opened_off_line');
    await setIq(test, true);
    expect(await tap()).toBe('not_in_group');
    await setIq(test, false);
    expect(await tap()).toBe('lock_offline');
  });

  it('opens nothing once the subscription of the site has ended', async () => {
    const { test, tap } = await letIn(7);
    await using _ = test;
    await setLock(test, false);
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { subscription_valid: false });
    expect(await tap()).toBe('site_unsubscribed');
  });
});

import { demo } from '../demo-seed.ts';
import type { FakeSaltoKsOptions } from '../fake-salto-ks.ts';
import { handClock, startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';

const { groups, locks } = demo.paris;

interface Tapped {
  opens: boolean;
  reason: string;
  entry: Record<string, unknown>;
}

async function withMember(group: string, options: FakeSaltoKsOptions = {}) {
  const test = await startFake(options);
  const { id, user } = await test.createUser('ada@example.org');
  await test.paris('POST', `access_groups/${group}/users`, { user_id: user.id });
  return { test, siteUserId: id, userId: user.id };
}

async function tap(test: FakeUnderTest, lock: string, body: object = { email: 'ada@example.org' }): Promise<Tapped> {
  return (await test.request('POST', `/_fake/locks/${lock}/tap`, body)).body as Tapped;
}

describe('POST /_fake/locks/{lock}/tap', () => {
  it('opens for a member, and writes the entry with both times', async () => {
    const clock = handClock('2026-07-02T10:00:00Z');
    const { test, userId } = await withMember(groups.roomA, { now: clock.now });
    await using _ = test;
    expect(await tap(test, locks.roomA)).toMatchObject({
      opens: true,
      reason: 'opened',
      entry: {
        event_category: 'lock_opened',
        event_detail: null,
        utc_date_time: '2026-07-02T10:00:00.000Z',
        local_date_time: '2026-07-02T12:00:00',
        user_id: userId,
        user_alias: 'Ada Lovelace',
      },
    });
    expect(test.fake.state.entries.ofSite(demo.paris.id)).toHaveLength(1);
  });

  it('refuses somebody who is in no group of the lock', async () => {
    const { test } = await withMember(groups.roomA);
    await using _ = test;
    const rejected = { event_category: 'lock_rejected', event_detail: 'no_access', user_alias: null };
    expect(await tap(test, locks.office1)).toMatchObject({ opens: false, reason: 'not_in_group', entry: rejected });
  });

  it('refuses the members of a group without a schedule', async () => {
    const { test } = await withMember(groups.unscheduled);
    await using _ = test;
    expect(await tap(test, locks.frontDoor)).toMatchObject({
      reason: 'group_without_schedule',
      entry: { event_detail: 'no_access' },
    });
  });

  it("opens in the schedule's hours by the site's wall clock only", async () => {
    const clock = handClock('2026-07-02T06:00:00Z');
    const { test } = await withMember(groups.desks, { now: clock.now });
    await using _ = test;
    const reasonAt = async (instant: string) => {
      clock.set(instant);
      return (await tap(test, locks.frontDoor)).reason;
    };
    expect(await reasonAt('2026-07-02T06:59:59Z')).toBe('outside_schedule');
    expect(await reasonAt('2026-07-02T07:00:00Z')).toBe('opened');
    expect(await reasonAt('2026-07-02T15:59:59Z')).toBe('opened');
    expect(await reasonAt('2026-07-02T16:00:00Z')).toBe('outside_schedule');
  });

  it.each([
    ['suspended', 'suspended', { path: '/subscription', body: { state: 'suspended' } }],
    ['blocked', null, { path: '', body: { blocked: true } }],
    ['expired', null, { path: '', body: { expires_at: '2020-01-01T00:00:00Z' } }],
  ])('refuses the %s', async (reason, event_detail, { path, body }) => {
    const { test, siteUserId } = await withMember(groups.roomA);
    await using _ = test;
    await test.paris('PATCH', `users/${siteUserId}${path}`, body);
    expect(await tap(test, locks.roomA)).toMatchObject({ opens: false, reason, entry: { event_detail } });
  });

  it('refuses when the lock is off line', async () => {
    const { test } = await withMember(groups.roomA);
    await using _ = test;
    await test.request('PATCH', `/_fake/locks/${locks.roomA}`, { online: false });
    expect(await tap(test, locks.roomA)).toMatchObject({ reason: 'lock_offline', entry: { event_detail: 'offline' } });
  });

  it('learns of a new and of a removed member after its delay', async () => {
    const clock = handClock('2026-07-02T10:00:00Z');
    const options = { now: clock.now, settings: { lock_spread_seconds: 45 } };
    const { test, userId } = await withMember(groups.roomA, options);
    await using _ = test;
    const opens = async () => (await tap(test, locks.roomA)).opens;
    expect(await opens()).toBe(false);
    clock.advanceSeconds(45);
    expect(await opens()).toBe(true);
    await test.paris('DELETE', `access_groups/${groups.roomA}/users/${userId}`);
    expect(await opens()).toBe(true);
    clock.advanceSeconds(45);
    expect(await opens()).toBe(false);
  });

  it('knows somebody who was deleted until the deletion has reached it, and their PIN', async () => {
    const clock = handClock('2026-07-02T10:00:00Z');
    const { test, siteUserId, userId } = await withMember(groups.roomA, { now: clock.now });
    await using _ = test;
    await test.paris('PATCH', `users/${siteUserId}`, { use_pin: true });
    const pin = (await test.paris('PUT', `users/${siteUserId}/pin`, {})).body as string;
    test.fake.set({ lock_spread_seconds: 45 });
    await test.paris('DELETE', `users/${siteUserId}`);
    expect((await test.paris('GET', `users/${siteUserId}`)).status).toBe(404);
    clock.advanceSeconds(44);
    expect(await tap(test, locks.roomA)).toMatchObject({ opens: true, entry: { user_alias: 'Ada Lovelace' } });
    expect(await tap(test, locks.roomA, { pin })).toMatchObject({ opens: true, entry: { user_id: userId } });
    clock.advanceSeconds(1);
    expect(await tap(test, locks.roomA)).toMatchObject({ reason: 'not_in_group' });
    expect(await tap(test, locks.roomA, { pin })).toMatchObject({ reason: 'not_in_group' });
  });

  it('goes by the schedules that have reached it: new ones, changed ones, and those taken away', async () => {
    const clock = handClock('2026-07-02T10:00:00Z');
    const options = { now: clock.now, settings: { schedule_spread_seconds: 210 } };
    const { test } = await withMember(groups.unscheduled, options);
    await using _ = test;
    const path = `access_groups/${groups.unscheduled}/time_schedules`;
    const reason = async () => (await tap(test, locks.frontDoor)).reason;
    const [always, never] = [{ thursday: true }, { thursday: true, end_date: '2020-01-01' }];
    const { id } = (await test.paris('POST', path, always, 'v1.1')).body as { id: string };
    clock.advanceSeconds(100);
    await test.paris('PATCH', `${path}/${id}`, never, 'v1.1');
    expect(await reason()).toBe('group_without_schedule');
    clock.advanceSeconds(110);
    expect(await reason()).toBe('opened');
    clock.advanceSeconds(100);
    expect(await reason()).toBe('outside_schedule');
    const by = [
      () => test.paris('DELETE', `${path}/${id}`, undefined, 'v1.1'),
      () => test.request('PATCH', `/_fake/access_groups/${groups.unscheduled}`, { time_schedules: [always] }),
    ];
    const expected = ['outside_schedule', 'group_without_schedule', 'opened'] as const;
    for (const [at, change] of by.entries()) {
      await change();
      clock.advanceSeconds(209);
      expect(await reason()).toBe(expected[at]);
      clock.advanceSeconds(1);
      expect(await reason()).toBe(expected[at + 1]);
    }
  });

  it('does not name who tried an unknown PIN', async () => {
    const { test, userId } = await withMember(groups.roomA);
    await using _ = test;
    const { entry } = await tap(test, locks.office1, { user_id: userId, access_by: 'pin_code' });
    expect(entry.user_id).not.toBe(userId);
  });

  it('knows neither strange locks nor strange e-mails', async () => {
    await using test = await startFake();
    expect((await test.request('POST', '/_fake/locks/nowhere/tap', { user_id: 'x' })).status).toBe(404);
    const path = `/_fake/locks/${locks.roomA}/tap`;
    expect((await test.request('POST', path, { email: 'nobody@example.org' })).status).toBe(400);
    expect((await test.request('POST', path, {})).status).toBe(400);
  });
});

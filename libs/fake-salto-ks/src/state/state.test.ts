import { demo } from '../demo-seed.ts';
import { defaultSettings } from '../settings.ts';
import { startFake, type CreatedUser } from '../testing/fake-under-test.ts';
import { State, type Snapshot } from './state.ts';

/** What a file of an earlier run holds. */
function fileOf(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot)) as Snapshot;
}

describe('the state', () => {
  it('comes back whole from a snapshot', async () => {
    await using test = await startFake();
    const { email: username, password } = demo.administrator;
    await test.token({ grant_type: 'password', username, password, scope: 'user_api.full_access offline_access' });
    const guest = (await test.paris('POST', 'guests', { alias: 'Booking 1' })).body as CreatedUser;
    await test.paris('PUT', `users/${guest.id}/pin`, {});
    await test.createUser('ada@example.org');
    await test.paris('GET', `iqs/${demo.paris.iq}/secret`);
    await test.request('POST', `/_fake/locks/${demo.paris.locks.roomA}/tap`, { user_id: demo.administrator.id });
    const members = `access_groups/${demo.paris.groups.roomA}/users`;
    await test.paris('POST', members, { user_id: guest.user.id });
    await test.request('POST', `/_fake/locks/${demo.paris.locks.roomA}/tap`, { user_id: guest.user.id });
    test.fake.set({ lock_spread_seconds: 3600, schedule_spread_seconds: 3600 });
    await test.paris('DELETE', `users/${guest.id}`);
    const schedules = { time_schedules: [] };
    await test.request('PATCH', `/_fake/access_groups/${demo.paris.groups.roomA}`, schedules);
    const before = fileOf(test.fake.state.snapshot(Date.now()));
    // Nothing may be missing from what is compared.
    expect(Object.entries(before).filter(([, kept]) => Object.keys(kept as object).length === 0)).toEqual([]);

    const state = new State(defaultSettings);
    state.restore(before);
    expect(fileOf(state.snapshot(Date.now()))).toEqual(before);
    expect(state.refreshTokens.all()).toEqual(test.fake.state.refreshTokens.all());
  });

  it('takes what a snapshot of an earlier version does not tell from what is usual', async () => {
    await using test = await startFake();
    const now = fileOf(test.fake.state.snapshot(Date.now()));
    const { id, site_uid, customer_reference, time_zone, user_amount, roles } = now.sites[0] ?? {};
    const site = { id, site_uid, customer_reference, time_zone, user_amount, subscription_valid: true, roles };
    const state = new State(defaultSettings);
    state.restore({ sites: [site as Snapshot['sites'][number]] });
    expect(state.sites.all()).toEqual([now.sites[0]]);
    expect(state.settings).toEqual(defaultSettings);
  });
});

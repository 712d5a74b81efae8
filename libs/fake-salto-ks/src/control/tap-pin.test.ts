import { generateKeyPairSync } from 'node:crypto';
import { demo } from '../demo-seed.ts';
import type { FakeSaltoKsOptions } from '../fake-salto-ks.ts';
import { handClock, startFake, type CreatedUser } from '../testing/fake-under-test.ts';

const { groups, locks } = demo.paris;

/** A guest in room A's group whose PIN is in use, as the measured recipe makes one; what is changed on the way. */
async function withGuest(
  change: { use_pin?: boolean; group?: string; seats?: number } = {},
  options: FakeSaltoKsOptions = {},
) {
  const test = await startFake(options);
  if (change.seats !== undefined)
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: change.seats });
  const guest = (await test.paris('POST', 'guests', { alias: 'Booking 1' })).body as CreatedUser;
  await test.paris('PATCH', `users/${guest.id}`, { use_pin: change.use_pin ?? true });
  await test.paris('POST', `access_groups/${change.group ?? groups.roomA}/users`, { user_id: guest.user.id });
  const newPin = async (body: object = {}) => (await test.paris('PUT', `users/${guest.id}/pin`, body)).body as string;
  const tap = async (pin: string, lock: string = locks.roomA) =>
    (await test.request('POST', `/_fake/locks/${lock}/tap`, { pin })).body as { reason: string; entry: object };
  return { test, guest, newPin, tap };
}

describe('a PIN typed at a lock', () => {
  it('opens, until it is rotated', async () => {
    const { test, guest, newPin, tap } = await withGuest();
    await using _ = test;
    const first = await newPin();
    expect(await tap(first)).toMatchObject({
      opens: true,
      entry: { event_category: 'lock_opened', event_detail: null, access_by: 'pin_code', user_id: guest.user.id },
    });
    const second = await newPin();
    expect((await tap(first)).reason).toBe('not_in_group');
    expect((await tap(second)).reason).toBe('opened');
  });

  it('is `no_access` of nobody when no lock knows it, or this one does not', async () => {
    const { test, guest, newPin, tap } = await withGuest({ group: groups.unscheduled });
    await using _ = test;
    const pin = await newPin();
    const unknown = { event_category: 'lock_rejected', event_detail: 'no_access', user_alias: null };
    for (const { entry } of [await tap('12345'), await tap(pin), await tap(pin, locks.frontDoor)]) {
      expect(entry).toMatchObject(unknown);
      expect(entry).not.toMatchObject({ user_id: guest.user.id });
    }
  });

  it('is refused without a reason, but with the alias, while `use_pin` is off', async () => {
    const { test, guest, newPin, tap } = await withGuest({ use_pin: false });
    await using _ = test;
    expect(await tap(await newPin())).toMatchObject({
      reason: 'pin_not_in_use',
      entry: {
        event_category: 'lock_rejected',
        event_detail: null,
        user_alias: 'Booking 1',
        user_id: guest.user.id,
      },
    });
  });

  it('is `suspended` for somebody who got no seat, and `offline` at a lock that is not reached', async () => {
    const { test, newPin, tap } = await withGuest({ seats: 1 });
    await using _ = test;
    const pin = await newPin();
    expect((await tap(pin)).entry).toMatchObject({ event_detail: 'suspended', user_alias: null });
    await test.request('PATCH', `/_fake/locks/${locks.roomA}`, { online: false });
    expect((await tap(pin)).entry).toMatchObject({ event_category: 'lock_rejected', event_detail: 'offline' });
  });

  it('ends at its expiry date, and is known to locks after their delay only', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    const { test, newPin, tap } = await withGuest({}, { now: clock.now, settings: { lock_spread_seconds: 45 } });
    await using _ = test;
    const pin = await newPin({ expiry_date: '2026-03-02T10:30:00Z' });
    expect((await tap(pin)).reason).toBe('not_in_group');
    clock.advanceSeconds(45);
    expect((await tap(pin)).reason).toBe('opened');
    clock.set('2026-03-02T10:30:00Z');
    expect((await tap(pin)).reason).toBe('not_in_group');
  });
});

describe('a mobile key held to a lock', () => {
  it('is its owner there, and nobody once it was replaced', async () => {
    await using test = await startFake();
    const { lyon, member } = demo;
    const asMember = await test.fake.accessToken(member.id);
    const asAdministrator = await test.fake.accessToken(demo.lyonAdministrator.id);
    const members = `/v1.2/sites/${lyon.id}/access_groups/${lyon.groups.roomA}/users`;
    expect((await test.request('POST', members, { user_id: member.id }, asAdministrator)).status).toBe(200);

    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const public_key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const device = `/v1.2/me/devices/${member.device}`;
    await test.request('PUT', `${device}/certificate`, { public_key }, asMember);
    const key = async () => (await test.request('GET', `${device}/mkey`, undefined, asMember)).body as object;
    const tap = (body: object) => test.request('POST', `/_fake/locks/${lyon.locks.roomA}/tap`, body);
    const first = await key();
    expect((await tap(first)).body).toMatchObject({
      opens: true,
      entry: { user_id: member.id, access_by: 'mobile_key' },
    });
    await key();
    expect((await tap(first)).body).toMatchObject({ opens: false, entry: { event_detail: 'no_access' } });
  });
});

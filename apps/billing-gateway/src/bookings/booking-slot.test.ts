import fc from 'fast-check';
import { inZone, slotOf, wallTimeAt } from './booking-slot.ts';

const utc = (instant: number) => new Date(instant).toISOString();

test.each([
  ['Europe/Paris', '2026-06-01T12:00', '2026-06-01T16:00', '2026-06-01T10:00Z', '2026-06-01T14:00Z'],
  ['America/New_York', '2026-06-01T09:30', '2026-06-01T11:30', '2026-06-01T13:30Z', '2026-06-01T15:30Z'],
  // The hour that does not exist: it moves forward.
  ['Europe/Paris', '2026-03-29T02:30', '2026-03-29T04:00', '2026-03-29T01:30Z', '2026-03-29T02:00Z'],
  ['America/New_York', '2026-03-08T01:30', '2026-03-08T02:30', '2026-03-08T06:30Z', '2026-03-08T07:30Z'],
  // The hour that comes twice: a start takes the earlier, an end the later.
  ['Europe/Paris', '2026-10-25T02:30', '2026-10-25T02:45', '2026-10-25T00:30Z', '2026-10-25T01:45Z'],
  ['America/New_York', '2026-11-01T01:00', '2026-11-01T01:30', '2026-11-01T05:00Z', '2026-11-01T06:30Z'],
  ['Europe/Paris', '2028-02-29T12:00', '2028-02-29T13:00', '2028-02-29T11:00Z', '2028-02-29T12:00Z'],
])('in %s, %s–%s is %s–%s', (zone, startsLocal, endsLocal, startsAt, endsAt) => {
  expect(slotOf({ startsLocal, endsLocal }, zone)).toEqual({
    startsLocal,
    endsLocal,
    startsAt: Date.parse(startsAt),
    endsAt: Date.parse(endsAt),
    timeZone: zone,
  });
});

test('an instant with offset is kept, in either half of a repeated hour, and read as wall time', () => {
  const request = { startsAt: '2026-10-25T02:30:00+01:00', endsAt: '2026-10-25T03:30:00+01:00' };
  const slot = slotOf(request, 'Europe/Paris');
  expect(utc(slot.startsAt)).toBe('2026-10-25T01:30:00.000Z');
  expect(slot.startsLocal).toBe('2026-10-25T02:30:00');
});

test('an edge that is not given stays, also as the later half of a repeated hour', () => {
  const present = slotOf({ startsAt: '2026-10-25T01:30:00Z', endsLocal: '2026-10-25T05:00' }, 'Europe/Paris');
  const longer = slotOf({ endsLocal: '2026-10-25T06:00' }, 'Europe/Paris', present);
  expect(longer).toEqual({ ...present, endsLocal: '2026-10-25T06:00', endsAt: Date.parse('2026-10-25T05:00Z') });
});

test('in another zone the wall time stays and the instants follow', () => {
  const paris = slotOf({ startsLocal: '2026-06-01T12:00', endsLocal: '2026-06-01T13:00' }, 'Europe/Paris');
  const newYork = inZone(paris, 'America/New_York');
  expect(newYork).toEqual(
    slotOf({ startsLocal: '2026-06-01T12:00', endsLocal: '2026-06-01T13:00' }, 'America/New_York'),
  );
});

test('a zone with the same clocks moves nothing, not even what was chosen in a repeated hour', () => {
  const paris = slotOf({ startsAt: '2026-10-25T01:30:00Z', endsAt: '2026-10-25T03:00:00Z' }, 'Europe/Paris');
  expect(inZone(paris, 'Europe/Berlin')).toEqual({ ...paris, timeZone: 'Europe/Berlin' });
});

test('a start that falls into a gap of the new zone takes its end along', () => {
  const berlin = slotOf({ startsLocal: '2026-03-08T02:30', endsLocal: '2026-03-08T03:00' }, 'Europe/Berlin');
  const newYork = inZone(berlin, 'America/New_York');
  expect([utc(newYork.startsAt), utc(newYork.endsAt)]).toEqual([
    '2026-03-08T07:30:00.000Z',
    '2026-03-08T08:00:00.000Z',
  ]);
});

const zones = fc.constantFrom('Europe/Paris', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe', 'UTC');
const instants = fc
  .date({ min: new Date('2025-01-01T00:00:00Z'), max: new Date('2029-01-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.getTime());

test('whatever the zone, an instant stays what it is, and its wall time is never read as a later start or earlier end', () => {
  fc.assert(
    fc.property(zones, instants, (zone, instant) => {
      const at = new Date(instant).toISOString();
      const given = slotOf({ startsAt: at, endsAt: at }, zone);
      expect([given.startsAt, given.endsAt]).toEqual([instant, instant]);
      const local = wallTimeAt(instant, zone);
      const read = slotOf({ startsLocal: local, endsLocal: local }, zone);
      expect(read.startsAt).toBeLessThanOrEqual(instant);
      expect(read.endsAt).toBeGreaterThanOrEqual(instant);
      expect(wallTimeAt(read.startsAt, zone)).toBe(local);
    }),
  );
});

test('in any zone a booking has some length, and there and back again the clocks show what was chosen', () => {
  fc.assert(
    fc.property(zones, zones, instants, fc.integer({ min: 1, max: 86_400_000 }), (zone, other, instant, length) => {
      const request = {
        startsAt: new Date(instant).toISOString(),
        endsAt: new Date(instant + length).toISOString(),
      };
      const slot = slotOf(request, zone);
      expect(inZone(slot, zone)).toEqual(slot);
      const away = inZone(slot, other);
      expect(away.endsAt).toBeGreaterThan(away.startsAt);
      const back = inZone(away, zone);
      expect(wallTimeAt(back.startsAt, zone)).toBe(slot.startsLocal);
      expect(wallTimeAt(back.endsAt, zone)).toBe(slot.endsLocal);
    }),
  );
});

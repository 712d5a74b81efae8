import type { PersonBody, PlanBody, ResourceBody, SubscriptionBody } from '@latchkey/contracts';
import { becomes, HOUR_MS, iso, Lab, SECOND_MS, untilAt } from './harness/lab.ts';
import { known } from './demo/demo.ts';
import { RunningSystem } from './harness/running-system.ts';
import { bookingForNow, subscription, today, windowByItself } from './story/stories.ts';
import { Teller } from './story/teller.ts';

let running: RunningSystem;
let lab: Lab;
let ana: PersonBody;
let ben: PersonBody;
let cleo: PersonBody;

beforeAll(async () => {
  running = await RunningSystem.start({ name: 'stories' });
  lab = new Lab(running);
  [ana, ben, cleo] = await Promise.all([lab.person('Ana'), lab.person('Ben'), lab.person('Cleo')]);
});

afterAll(() => running?.stop());

const inHours = (hours: number) => Date.now() + hours * HOUR_MS;

/** A plan of the Lab that gives this group, and Ana's subscription to it from today on. */
async function subscribe(groupId: string): Promise<SubscriptionBody> {
  const { id: locationId, timeZone } = lab.location;
  const plan = await lab.operator.post<PlanBody>('/v1/plans', { locationId, name: `Plan ${groupId}` });
  await lab.setAccess(`/v1/plans/${plan.id}/access`, groupId);
  return lab.operator.post<SubscriptionBody>('/v1/subscriptions', {
    ...{ locationId, holder: { kind: 'member', personId: ana.id } },
    ...{ items: [{ kind: 'plan', planId: plan.id }], startOn: today(timeZone) },
  });
}

test.each([
  ['a booking for now', bookingForNow],
  ['a subscription that begins and ends', subscription],
  ['a window that opens and closes by itself', windowByItself],
])('the demo tells the story of %s', async (_title, story) => {
  await story({ system: running.system, demo: running.demo, tell: new Teller(() => undefined) });
});

test("a room's booking lets its invitees in, and every change of it is followed at once", async () => {
  const [first, second] = await lab.salto.makeGroups(2);
  const [room, otherRoom] = [await lab.resource(first!, 'room'), await lab.resource(second!, 'room')];

  let booking = await lab.book(room, ana, untilAt(inHours(1)), [ben.id, cleo.id]);
  await lab.holds(first!, [ana, ben, cleo]);

  booking = await lab.operator.delete(`/v1/bookings/${booking.id}/invitees/${ben.id}`, { version: booking.version });
  await lab.holds(first!, [ana, cleo]);

  const guest = { givenName: 'Dana', familyName: 'Guest', email: 'dana.guest@elsewhere.example' };
  booking = await lab.operator.post(`/v1/bookings/${booking.id}/invitees`, guest, { version: booking.version });
  const dana = await lab.operator.get<PersonBody>(`/v1/people/${booking.inviteeIds.at(-1)!}`);
  await lab.holds(first!, [ana, cleo, dana]);

  booking = await lab.edit(booking, { resourceId: otherRoom.id });
  await lab.holds(second!, [ana, cleo, dana]);
  await lab.holds(first!, []);

  booking = await lab.edit(booking, { startsAt: iso(inHours(24)), endsAt: iso(inHours(25)) });
  await lab.holds(second!, []);

  booking = await lab.edit(booking, untilAt(inHours(1)));
  await lab.holds(second!, [ana, cleo, dana]);

  booking = await lab.cancel(booking);
  await lab.holds(second!, []);
  await lab.becomesAll('ended', booking.id);
  expect(await lab.salto.changes(first!)).toEqual({ adds: 4, removals: 4 });
  expect(await lab.salto.changes(second!)).toEqual({ adds: 6, removals: 6 });
});

test('a booking lengthened after its end, within the grace period, never loses its access', async () => {
  const [groupId] = await lab.salto.makeGroups(1, 'paris');
  const paris = known(running.demo.locations, 'Paris');
  const body = { locationId: paris.id, kind: 'desk', name: 'Desk of the late', capacity: 1 };
  const desk = await lab.operator.post<ResourceBody>('/v1/resources', { ...body, bookableBy: { kind: 'everyone' } });
  await lab.setAccess(`/v1/resources/${desk.id}/access`, groupId!);
  const bruno = known(running.demo.people, 'bruno');

  const endsAt = Date.now() + 3 * SECOND_MS;
  const booking = await lab.book(desk, bruno, untilAt(endsAt));
  await lab.becomesAll('active', booking.id);
  await becomes(() => Date.now() > endsAt);
  const newEnd = inHours(1);
  await lab.edit(booking, { endsAt: iso(newEnd) });
  await becomes(async () => expect((await lab.grants(booking.id))[0]?.closesAt).toBe(iso(newEnd + HOUR_MS / 2)));
  expect(await lab.salto.changes(groupId!)).toEqual({ adds: 1, removals: 0 });
});

test('what a subscription and a booking both give is taken away by the end of neither', async () => {
  const groupId = await oneGroup();
  const [desk, otherDesk] = [await lab.resource(groupId), await lab.resource(groupId)];
  const bought = await subscribe(groupId);
  await lab.becomesAll('active', bought.id, 'subscription');

  const short = await lab.book(desk, ana, untilAt(Date.now() + 4 * SECOND_MS));
  await lab.becomesAll('ended', short.id);
  await lab.holds(groupId, [ana]);

  const long = await lab.book(otherDesk, ana, untilAt(inHours(1)));
  await lab.becomesAll('active', long.id);
  await lab.operator.post(`/v1/subscriptions/${bought.id}/cancel`, {}, { version: bought.version });
  await lab.becomesAll('ended', bought.id, 'subscription');
  await lab.holds(groupId, [ana]);
  expect(await lab.salto.changes(groupId)).toEqual({ adds: 1, removals: 0 });

  await lab.cancel(long);
  await lab.holds(groupId, []);
  expect(await lab.salto.changes(groupId)).toEqual({ adds: 1, removals: 1 });
});

test('two bookings that follow each other without a gap cause no removal in between', async () => {
  const groupId = await oneGroup();
  const [desk, otherDesk] = [await lab.resource(groupId), await lab.resource(groupId)];
  const handover = Date.now() + 6 * SECOND_MS;
  const first = await lab.book(desk, ben, untilAt(handover));
  const second = await lab.book(otherDesk, ben, { startsAt: iso(handover), endsAt: iso(handover + 5 * SECOND_MS) });
  await lab.becomesAll('ended', first.id);
  await lab.becomesAll('active', second.id);
  expect(await lab.salto.changes(groupId)).toEqual({ adds: 1, removals: 0 });
  await lab.becomesAll('ended', second.id);
  await lab.holds(groupId, []);
  expect(await lab.salto.changes(groupId)).toEqual({ adds: 1, removals: 1 });
});

async function oneGroup(): Promise<string> {
  const [groupId] = await lab.salto.makeGroups(1);
  return groupId!;
}

import type { BookingBody, SubscriptionBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { type Demo, known } from '../demo/demo.ts';
import { Door } from '../system/door.ts';
import type { System } from '../system/system.ts';
import type { Teller } from './teller.ts';

/** What a story is told with. */
export interface Stage {
  readonly system: System;
  readonly demo: Demo;
  readonly tell: Teller;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A booking for now: the door refuses, opens, refuses again. */
export async function bookingForNow({ system, demo: made, tell }: Stage): Promise<void> {
  const bruno = known(made.people, 'bruno');
  const roomA = known(made.resources, 'Lab/Room A');
  const door = new Door(system, demo.lab.locks.roomA);
  const billing = system.billing('bruno');

  tell.chapter('1. A booking for now');
  await tell.now('Room A refuses Bruno', () => door.refuses(bruno.email));
  const booking = await tell.cause('Bruno books Room A for now', () =>
    billing.post<BookingBody>('/v1/bookings', {
      resourceId: roomA.id,
      ownerId: bruno.id,
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 30 * MINUTE_MS).toISOString(),
    }),
  );
  tell.link('workflow', system.workflowUrl('booking', booking.id));
  await tell.follows('his access is active', () => hasStatus(system, 'booking', booking.id, 'active'));
  await tell.follows('Room A opens for Bruno', () => door.opensFor(bruno.email));
  await tell.cause('Bruno cancels', () =>
    billing.post(`/v1/bookings/${booking.id}/cancel`, {}, { version: booking.version }),
  );
  await tell.follows('Room A refuses Bruno', () => door.refuses(bruno.email));
  await tell.follows('his access has ended', () => hasStatus(system, 'booking', booking.id, 'ended'));
}

/** A subscription that begins today, and is cancelled at once. */
export async function subscription({ system, demo: made, tell }: Stage): Promise<void> {
  const chiara = known(made.people, 'chiara');
  const lab = known(made.locations, 'Lab');
  const plan = known(made.plans, 'Lab/Full member');
  const door = new Door(system, demo.lab.locks.frontDoor);
  const billing = system.billing('ada');

  tell.chapter('2. A subscription that begins and ends');
  await tell.now('the front door refuses Chiara', () => door.refuses(chiara.email));
  const bought = await tell.cause('Ada gives Chiara the plan "Full member" from today on', () =>
    billing.post<SubscriptionBody>('/v1/subscriptions', {
      locationId: lab.id,
      holder: { kind: 'member', personId: chiara.id },
      items: [{ kind: 'plan', planId: plan.id }],
      startOn: today(lab.timeZone),
    }),
  );
  tell.link('workflow', system.workflowUrl('subscription', bought.id));
  await tell.follows('the front door opens for Chiara', () => door.opensFor(chiara.email));
  await tell.follows('her access is active', () => hasStatus(system, 'subscription', bought.id, 'active'));
  await tell.cause('Ada cancels it', () =>
    billing.post(`/v1/subscriptions/${bought.id}/cancel`, {}, { version: bought.version }),
  );
  await tell.follows('the front door refuses Chiara', () => door.refuses(chiara.email));
  await tell.follows('her access has ended', () => hasStatus(system, 'subscription', bought.id, 'ended'));
}

/** A booking whose window opens and closes by itself. The Lab has no grace period, so a short one can be watched. */
export async function windowByItself({ system, demo: made, tell }: Stage): Promise<void> {
  const dmitri = known(made.people, 'dmitri');
  const office = known(made.resources, 'Lab/Office 1');
  const door = new Door(system, demo.lab.locks.office1);
  const startsAt = Math.ceil(Date.now() / SECOND_MS) * SECOND_MS + 12 * SECOND_MS;
  const endsAt = startsAt + 12 * SECOND_MS;

  tell.chapter('3. A window that opens and closes by itself');
  const booking = await tell.cause('Dmitri books Office 1, from 12 seconds ahead for 12 seconds', () =>
    system.billing('dmitri').post<BookingBody>('/v1/bookings', {
      resourceId: office.id,
      ownerId: dmitri.id,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    }),
  );
  tell.link('workflow', system.workflowUrl('booking', booking.id));
  await tell.follows('his access is scheduled', () => hasStatus(system, 'booking', booking.id, 'scheduled'));
  await tell.now('Office 1 refuses Dmitri', () => door.refuses(dmitri.email));
  tell.causedAt(startsAt);
  await tell.follows('the window opens: Office 1 opens for Dmitri', () => door.opensFor(dmitri.email), 30 * SECOND_MS);
  tell.causedAt(endsAt);
  await tell.follows('the window closes: Office 1 refuses Dmitri', () => door.refuses(dmitri.email), 30 * SECOND_MS);
  await tell.follows('his access has ended', () => hasStatus(system, 'booking', booking.id, 'ended'));
}

async function hasStatus(system: System, kind: 'booking' | 'subscription', id: string, status: string) {
  const grants = await system.access('operator').list<{ status: string }>(`/v1/entitlements/${kind}/${id}/grants`);
  return grants.length > 0 && grants.every((grant) => grant.status === status);
}

/** The calendar date now in this zone. */
export function today(timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format();
}

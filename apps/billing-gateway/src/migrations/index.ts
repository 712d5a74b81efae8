import type { Migration } from '@latchkey/service-kit';
import { placesAndPeople } from './0001-places-and-people.ts';
import { catalogue } from './0002-catalogue.ts';
import { subscriptions } from './0003-subscriptions.ts';
import { bookings } from './0004-bookings.ts';
import { occupancy } from './0005-occupancy.ts';
import { outboxAndIdempotency } from './0006-outbox-and-idempotency.ts';
import { dayPasses } from './0007-day-passes.ts';

/** In the order in which they run. */
export const migrations: readonly Migration[] = [
  placesAndPeople,
  catalogue,
  subscriptions,
  bookings,
  occupancy,
  outboxAndIdempotency,
  dayPasses,
];

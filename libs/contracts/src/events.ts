import { connectionEvents } from './access/connection.ts';
import { entryEvents } from './access/entry.ts';
import { grantEvents } from './access/grant.ts';
import { linkEvents } from './access/link.ts';
import { bookingEvents } from './billing/booking.ts';
import { companyEvents } from './billing/company.ts';
import { locationEvents } from './billing/location.ts';
import { personEvents } from './billing/person.ts';
import { planEvents } from './billing/plan.ts';
import { resourceEvents } from './billing/resource.ts';
import { subscriptionEvents } from './billing/subscription.ts';
import type { EventDefinition } from './event.ts';

/** Every event there is. The JSON Schemas and the AsyncAPI document are generated from this list. */
export const eventDefinitions: readonly EventDefinition[] = [
  ...[
    locationEvents,
    planEvents,
    resourceEvents,
    personEvents,
    companyEvents,
    subscriptionEvents,
    bookingEvents,
    grantEvents,
    connectionEvents,
    linkEvents,
  ].flatMap(({ changed, deleted }) => [changed as EventDefinition, deleted as EventDefinition]),
  entryEvents.recorded,
];

import {
  bookingEvents,
  companyEvents,
  connectionEvents,
  entryEvents,
  keyRoles,
  locationEvents,
  personEvents,
  planEvents,
  resourceEvents,
  subscriptionEvents,
  type BookingState,
  type CompanyState,
  type ConnectionState,
  type EntryState,
  type LocationState,
  type PersonState,
  type PlanState,
  type ResourceState,
  type SubscriptionState,
} from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';

const MINUTE_MS = 60_000;

/** What gateway and adapter tell, with ids of its own and sensible states unless given. */
export const tell = {
  location: (data: Partial<LocationState> = {}, version = 1) => ({
    definition: locationEvents.changed,
    version,
    data: { id: randomUUID(), timeZone: 'Europe/Paris', gracePeriodMinutes: 30, ...data },
  }),
  plan: (data: Partial<PlanState> & Pick<PlanState, 'locationId'>, version = 1) => ({
    definition: planEvents.changed,
    version,
    data: { id: randomUUID(), isOpenToSignUp: false, ...data },
  }),
  resource: (data: Partial<ResourceState> & Pick<ResourceState, 'locationId'>, version = 1) => ({
    definition: resourceEvents.changed,
    version,
    data: { id: randomUUID(), kind: 'room' as const, capacity: 8, ...data },
  }),
  person: (data: Partial<PersonState> = {}, version = 1) => ({
    definition: personEvents.changed,
    version,
    data: { id: randomUUID(), administratorOf: [], memberOf: [], accounts: [], contactVersion: 1, ...data },
  }),
  company: (data: Partial<CompanyState> & Pick<CompanyState, 'locationId'>, version = 1) => ({
    definition: companyEvents.changed,
    version,
    data: { id: randomUUID(), managerIds: [], memberIds: [], ...data },
  }),
  connection: (data: Partial<ConnectionState> & Pick<ConnectionState, 'locationId'>, version = 1) => ({
    definition: connectionEvents.changed,
    version,
    data: {
      id: randomUUID(),
      siteId: randomUUID(),
      status: 'connected' as const,
      keyVisibility: [...keyRoles],
      ...data,
    },
  }),
  booking: (data: Partial<BookingState> & Pick<BookingState, 'locationId' | 'resourceId'>, version = 1) => ({
    definition: bookingEvents.changed,
    version,
    data: {
      id: randomUUID(),
      ownerId: randomUUID(),
      inviteeIds: [],
      startsAt: new Date(Date.now() - 10 * MINUTE_MS).toISOString(),
      endsAt: new Date(Date.now() + 60 * MINUTE_MS).toISOString(),
      startsLocal: '2026-03-02T12:00',
      endsLocal: '2026-03-02T13:00',
      timeZone: 'Europe/Paris',
      madeAt: new Date().toISOString(),
      cancelledAt: null,
      companyId: null,
      ...data,
    },
  }),
  subscription: (data: Partial<SubscriptionState> & Pick<SubscriptionState, 'locationId' | 'items'>, version = 1) => ({
    definition: subscriptionEvents.changed,
    version,
    data: {
      id: randomUUID(),
      holder: { kind: 'member' as const, personId: randomUUID() },
      startOn: '2026-01-01',
      lastDayOn: null,
      cancelledAt: null,
      paymentStatus: 'unpaid' as const,
      madeAt: new Date().toISOString(),
      replacesId: null,
      replacedById: null,
      ...data,
    },
  }),
  entry: (data: Partial<EntryState> & Pick<EntryState, 'siteId' | 'memberId'>, version = 1) => ({
    definition: entryEvents.recorded,
    version,
    data: {
      id: randomUUID(),
      locationIds: [],
      lockId: 'lock',
      outcome: 'refused' as const,
      reason: 'no_access' as const,
      accessBy: 'mobile_key',
      at: new Date().toISOString(),
      groupIds: null,
      ...data,
    },
  }),
};

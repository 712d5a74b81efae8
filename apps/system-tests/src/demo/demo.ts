import type { LocationBody, PersonBody, PlanBody, ResourceBody, ResourceKind } from '@latchkey/contracts';
import type { System } from '../system/system.ts';

/** The demo's locations: the fake Salto KS has a site for each. */
export const demoLocations = [
  { name: 'Paris', timeZone: 'Europe/Paris', gracePeriodMinutes: 30, site: 'paris', administrator: 'ada' },
  { name: 'New York', timeZone: 'America/New_York', gracePeriodMinutes: 30, site: 'newYork', administrator: 'grace' },
  // No grace period: bookings open and close on the minute, so that a story can watch one.
  { name: 'Lab', timeZone: 'Europe/Paris', gracePeriodMinutes: 0, site: 'lab', administrator: 'ada' },
] as const;

export type DemoLocation = (typeof demoLocations)[number];

/** What each location has, and which of its site's groups opens it. */
export const demoResources = [
  { name: 'Room A', kind: 'room', capacity: 6, group: 'roomA' },
  { name: 'Desk 1', kind: 'desk', capacity: 1, group: 'desks' },
  { name: 'Desk 2', kind: 'desk', capacity: 1, group: 'desks' },
  { name: 'Office 1', kind: 'office', capacity: 4, group: 'office1' },
] as const satisfies readonly { name: string; kind: ResourceKind; capacity: number; group: string }[];

export const demoPlans = [
  { name: 'Full member', isOpenToSignUp: false, group: 'frontDoor' },
  { name: 'Flex', isOpenToSignUp: true, group: 'desks' },
] as const;

/** The demo as the billing gateway knows it: ids by name. */
export interface Demo {
  readonly locations: ReadonlyMap<string, LocationBody>;
  /** By `location/resource`. */
  readonly resources: ReadonlyMap<string, ResourceBody>;
  /** By `location/plan`. */
  readonly plans: ReadonlyMap<string, PlanBody>;
  /** By the login's name. */
  readonly people: ReadonlyMap<string, PersonBody>;
}

/** Reads what the seed made. */
export async function readDemo(system: System): Promise<Demo> {
  const operator = system.billing('operator');
  const locations = await operator.list<LocationBody>('/v1/locations');
  const nameOf = new Map(locations.map(({ id, name }) => [id, name]));
  const resources = await operator.list<ResourceBody>('/v1/resources');
  const plans = await operator.list<PlanBody>('/v1/plans');
  const people = await operator.list<PersonBody>('/v1/people');
  return {
    locations: new Map(locations.map((location) => [location.name, location])),
    resources: new Map(resources.map((one) => [`${nameOf.get(one.locationId)}/${one.name}`, one])),
    plans: new Map(plans.map((one) => [`${nameOf.get(one.locationId)}/${one.name}`, one])),
    people: new Map(people.map((one) => [one.email.split('@')[0] ?? one.email, one])),
  };
}

/** The entry of that name. Throws a sentence that says what is missing. */
export function known<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`the demo has no ${name}: \`npm run reset\`, then \`npm start\``);
  return value;
}

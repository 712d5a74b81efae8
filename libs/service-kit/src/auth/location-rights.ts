import { forbidden, notFound } from '../problems/refusals.ts';
import type { Caller } from './caller.ts';

/** Whether the caller administers the location: its administrators, and programs whose token names it. */
export function mayAdminister(caller: Caller, locationId: string): boolean {
  switch (caller.kind) {
    case 'person':
      return caller.administratorOf.includes(locationId);
    case 'service':
      return caller.locations === '*' || caller.locations.includes(locationId);
    case 'unbound':
      return false;
  }
}

/**
 * Lets only administrators of the location through. To strangers the thing does not exist; members of the location, who
 * know that it does, are told what they lack.
 * @throws Problem 404 `<kind>_not_found`, or 403 `location_not_yours`
 */
export function requireAdministratorOf(
  caller: Caller,
  locationId: string,
  thing: { kind: string; id: string } = { kind: 'location', id: locationId },
): void {
  if (mayAdminister(caller, locationId)) return;
  if (caller.kind === 'person' && caller.memberOf.includes(locationId)) {
    throw forbidden('location_not_yours', 'Only administrators of this location may do that.');
  }
  throw notFound(thing.kind, thing.id);
}

/**
 * Lets the person itself through, and administrators of at least one of its locations.
 * @throws Problem 404 `person_not_found` for everybody else, whether or not there is such a person
 */
export function requireSelfOrAdministrator(caller: Caller, personId: string, locationIds: readonly string[]): void {
  if (caller.kind === 'person' && caller.personId === personId) return;
  if (locationIds.some((locationId) => mayAdminister(caller, locationId))) return;
  throw notFound('person', personId);
}

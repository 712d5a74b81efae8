import { forbidden, mayAdminister, notFound, type Caller } from '@latchkey/service-kit';

/** The locations that a caller administers; `*` for a program that is for all of them. */
export function administeredBy(caller: Caller): readonly string[] | '*' {
  switch (caller.kind) {
    case 'person':
      return caller.administratorOf;
    case 'service':
      return caller.locations;
    case 'unbound':
      return [];
  }
}

/** The locations whose offers a caller sees: those that it administers or is a member of. */
export function knownTo(caller: Caller): readonly string[] | '*' {
  return caller.kind === 'person' ? [...caller.administratorOf, ...caller.memberOf] : administeredBy(caller);
}

/** The caller's own id; undefined for programs. */
export function selfOf(caller: Caller): string | undefined {
  return caller.kind === 'person' ? caller.personId : undefined;
}

/**
 * Lets through who administers the location or is a member of it.
 * @throws Problem 404 `<kind>_not_found` for everybody else: what is another's does not exist (S10.1)
 */
export function requireKnown(caller: Caller, locationId: string, thing: { kind: string; id: string }): void {
  if (mayAdminister(caller, locationId)) return;
  if (caller.kind === 'person' && caller.memberOf.includes(locationId)) return;
  throw notFound(thing.kind, thing.id);
}

/** What concerns every location is for programs of all locations. @throws Problem 403 `location_not_yours` */
export function requireEverywhere(caller: Caller): void {
  if (administeredBy(caller) === '*') return;
  const detail = 'This concerns every location, and the token is not for all of them.';
  throw forbidden('location_not_yours', detail, 'Use a service token for all locations.');
}

import { conflict, mayAdminister, notFound, requireScope, type Caller } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { selfOf } from '../callers/visibility.ts';
import { locationsOf, type PersonEntity } from './person.entity.ts';

/** Whether the caller is the person, or administers one of its locations. */
export function isSelfOrAdministrator(caller: Caller, person: PersonEntity): boolean {
  return selfOf(caller) === person.id || locationsOf(person).some((locationId) => mayAdminister(caller, locationId));
}

/** @throws Problem 404 `person_not_found` unless the caller is the person or administers one of its locations */
export function requireSelfOrItsAdministrator(caller: Caller, person: PersonEntity): void {
  if (!isSelfOrAdministrator(caller, person)) throw notFound('person', person.id);
}

/**
 * Whoever sets an e-mail, invites or deletes decides about everything that the person may do, at every location: so it
 * must administer all of them.
 * @throws Problem 409 `person_of_other_locations`, 404 for strangers
 */
export function requireAdministratorOfAll(caller: Caller, person: PersonEntity): void {
  requireSelfOrItsAdministrator(caller, person);
  if (locationsOf(person).every((locationId) => mayAdminister(caller, locationId))) return;
  throw conflict(
    'person_of_other_locations',
    'The person is known at locations that you do not administer too.',
    'Take it out of your locations only, or ask somebody who administers all of them.',
  );
}

/** Programs appoint administrators only with a scope of its own: billing systems need not be able to. */
export function requireMayAppoint(caller: Caller): void {
  if (caller.kind === 'service') requireScope(caller, 'installation:admin');
}

/** Whether the person belongs to a company that the caller manages. */
export async function isManagedBy(em: EntityManager, caller: Caller, personId: string): Promise<boolean> {
  const self = selfOf(caller);
  if (self === undefined) return false;
  const rows: unknown[] = await em.query(
    `SELECT FROM company WHERE manager_ids @> ARRAY[$1]::uuid[] AND $2::uuid = ANY (manager_ids || member_ids) LIMIT 1`,
    [self, personId],
  );
  return rows.length > 0;
}

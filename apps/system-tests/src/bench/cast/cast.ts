import { randomUUID } from 'node:crypto';
import type { LocationBody, PersonBody, ResourceBody } from '@latchkey/contracts';
import { eventually } from '@latchkey/test-kit';
import type { System } from '../../system/system.ts';
import { inLanes } from './in-lanes.ts';

/** A person and the desk that it books: one entitlement at a time. */
export interface Seat {
  readonly person: PersonBody;
  readonly desk: ResourceBody;
}

/** As many callers at a time as the gateway answers without a queue on two cores. */
const LANES = 6;

/** People and desks of a location; this group opens all the desks. */
export async function makeSeats(
  system: System,
  location: LocationBody,
  groupId: string,
  count: number,
): Promise<Seat[]> {
  const billing = system.billing('operator');
  const seats = await inLanes(Array.from({ length: count }), LANES, async () => {
    const name = randomUUID().slice(0, 8);
    const person = await billing.post<PersonBody>('/v1/people', {
      ...{ givenName: 'Ben', familyName: `Chmark ${name}`, email: `${name}@bench.example` },
      ...{ isEmailVerified: true, memberOf: [location.id] },
    });
    const desk = await billing.post<ResourceBody>('/v1/resources', {
      ...{ locationId: location.id, kind: 'desk', name: `Desk ${name}`, capacity: 1 },
      bookableBy: { kind: 'everyone' },
    });
    return { person, desk };
  });
  await inLanes(seats, LANES, ({ desk }) => setAccess(system, desk, groupId));
  return seats;
}

/** As soon as access-service has heard of the desk. */
async function setAccess(system: System, desk: ResourceBody, groupId: string): Promise<void> {
  const path = `/v1/resources/${desk.id}/access`;
  await eventually(() => system.access('operator').put(path, { groupIds: [groupId] }, { version: 0 }), {
    timeoutMs: 120_000,
    intervalMs: 200,
  });
}

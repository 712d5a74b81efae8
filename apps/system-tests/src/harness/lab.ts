import { randomUUID } from 'node:crypto';
import type {
  BookingBody,
  GrantBody,
  LocationBody,
  NewBooking,
  PersonBody,
  ResourceBody,
  ResourceKind,
} from '@latchkey/contracts';
import { eventually } from '@latchkey/test-kit';
import { known } from '../demo/demo.ts';
import type { Api } from '../system/api.ts';
import type { RunningSystem } from './running-system.ts';
import { Salto } from './salto.ts';

export const SECOND_MS = 1_000;
export const HOUR_MS = 3_600_000;

/** Plenty: what must become so has no other limit, and the machine may be busy. */
const PATIENCE = { timeoutMs: 240_000, intervalMs: 100 } as const;

type Kind = GrantBody['entitlement']['kind'];
type Times = Pick<NewBooking, 'startsAt' | 'endsAt'>;

/** RFC 3339 of an instant, epoch ms. */
export const iso = (instant: number): string => new Date(instant).toISOString();

/** From now until an instant, epoch ms. */
export const untilAt = (endsAt: number): Times => ({ startsAt: iso(Date.now()), endsAt: iso(endsAt) });

/** Waits for a condition that only the system's work or the clock brings about. */
export function becomes<T>(check: () => T | Promise<T>): Promise<T> {
  return eventually(check, PATIENCE);
}

/** The demo's Lab, whose bookings have no grace period: people, desks and rooms are made for each test. */
export class Lab {
  readonly salto: Salto;
  readonly location: LocationBody;
  readonly operator: Api;
  readonly #running: RunningSystem;

  constructor(running: RunningSystem) {
    this.#running = running;
    this.salto = new Salto(running.system);
    this.location = known(running.demo.locations, 'Lab');
    this.operator = running.system.billing('operator');
  }

  person(givenName: string): Promise<PersonBody> {
    return this.operator.post('/v1/people', {
      givenName,
      familyName: 'Lab',
      email: `${givenName.toLowerCase()}-${randomUUID().slice(0, 8)}@latchkey.example`,
      isEmailVerified: true,
      memberOf: [this.location.id],
    });
  }

  /** A resource that everybody may book and that this group opens, known to access-service. */
  async resource(groupId: string, kind: ResourceKind = 'desk'): Promise<ResourceBody> {
    const resource = await this.operator.post<ResourceBody>('/v1/resources', {
      ...{ locationId: this.location.id, kind, name: `${kind} ${randomUUID().slice(0, 8)}` },
      ...{ capacity: kind === 'room' ? 6 : 1, bookableBy: { kind: 'everyone' } },
    });
    await this.setAccess(`/v1/resources/${resource.id}/access`, groupId);
    return resource;
  }

  /** Chooses the group of a plan or resource, as soon as access-service has heard of it. */
  async setAccess(path: string, groupId: string): Promise<void> {
    await becomes(() => this.#running.system.access('operator').put(path, { groupIds: [groupId] }, { version: 0 }));
  }

  book(resource: ResourceBody, owner: PersonBody, times: Times, inviteeIds: readonly string[] = []) {
    const body = { resourceId: resource.id, ownerId: owner.id, inviteeIds, ...times };
    return this.operator.post<BookingBody>('/v1/bookings', body);
  }

  edit({ id, version }: BookingBody, edit: Times & { resourceId?: string }): Promise<BookingBody> {
    return this.operator.patch(`/v1/bookings/${id}`, edit, { version });
  }

  cancel({ id, version }: BookingBody): Promise<BookingBody> {
    return this.operator.post(`/v1/bookings/${id}/cancel`, {}, { version });
  }

  grants(id: string, kind: Kind = 'booking'): Promise<GrantBody[]> {
    return this.#running.system.access('operator').list(`/v1/entitlements/${kind}/${id}/grants`);
  }

  /** The status of each grant of the entitlement, without repetition. */
  async statuses(id: string, kind: Kind = 'booking'): Promise<string[]> {
    return [...new Set((await this.grants(id, kind)).map(({ status }) => status))].sort();
  }

  /** Waits until every grant of the entitlement has this status. */
  async becomesAll(status: GrantBody['status'], id: string, kind: Kind = 'booking'): Promise<void> {
    await becomes(async () => expect(await this.statuses(id, kind)).toEqual([status]));
  }

  /** Waits until exactly these people, besides the stranger, are in the group. */
  async holds(groupId: string, people: readonly PersonBody[]): Promise<void> {
    const emails = people.map(({ email }) => email).sort();
    await becomes(async () => expect(await this.salto.members([groupId])).toEqual([emails]));
  }
}

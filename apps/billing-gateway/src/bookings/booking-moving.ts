import type { BookingEdit, BookingSwap } from '@latchkey/contracts';
import { badRequest, conflict, mayAdminister, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { requireKnown } from '../callers/visibility.ts';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import type { ResourceEntity } from '../resources/resource.entity.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import type { BookingEntity } from './booking.entity.ts';
import { BookingOpening, type EditRequest } from './booking-opening.ts';
import { BookingPlacing } from './booking-placing.ts';
import { BookingRepository } from './booking.repository.ts';
import { requireMayBookFor } from './booking-rights.ts';
import { requireSlot } from './booking-rules.ts';
import { slotOf, type Slot } from './booking-slot.ts';
import { Invitees } from './invitees.ts';

/** Gives bookings another time or another resource (S4.3). */
@Injectable()
export class BookingMoving {
  constructor(
    private readonly resources: ResourceRepository,
    private readonly bookings: BookingRepository,
    private readonly occupancy: OccupancyRepository,
    private readonly opening: BookingOpening,
    private readonly placing: BookingPlacing,
    private readonly invitees: Invitees,
  ) {}

  /** Moves, lengthens or shortens. @throws Problem 403, 404, 409, 412 and 422, as the API document lists them */
  async change(em: EntityManager, request: EditRequest, edit: BookingEdit, now: number): Promise<BookingEntity> {
    const known = await this.opening.find(em, request);
    const resourceId = edit.resourceId ?? known.resourceId;
    const locationId = await this.#destination(em, request.caller, known, resourceId);
    const locationOf = await this.opening.lockLocations(em, [known.locationId, locationId]);
    const isLeaving = locationId !== known.locationId;
    const invitees = isLeaving ? await this.invitees.lock(em, locationId, known) : [];
    const resourceIds = [known.resourceId, resourceId];
    const booking = await this.opening.lock(em, request, locationOf(known.locationId), resourceIds, now);

    const resource = await this.resources.find(em, resourceId);
    const slot = slotOf(edit, locationOf(locationId).timeZone, booking);
    await this.#place(em, request.caller, booking, { resource, slot }, now);
    await this.invitees.welcome(em, invitees, locationId, now);
    await this.occupancy.refuseOverlaps(em, [booking.id]);
    return booking;
  }

  /**
   * Two bookings of one location exchange their resources or their times: neither lets go before the other has it (S4.8).
   * @throws Problem 409 `swap_across_locations`, 400 `swap_with_itself`, and what `change` throws
   */
  async swap(
    em: EntityManager,
    request: EditRequest,
    { withId, withVersion, exchange }: BookingSwap,
    now: number,
  ): Promise<{ booking: BookingEntity; other: BookingEntity }> {
    if (withId === request.id) throw badRequest('swap_with_itself', 'A booking cannot be swapped with itself.');
    const otherRequest = { id: withId, expected: withVersion, caller: request.caller };
    const known = await this.opening.find(em, request);
    const knownOther = await this.opening.find(em, otherRequest);
    requireSameLocation(known, knownOther);
    const location = (await this.opening.lockLocations(em, [known.locationId]))(known.locationId);
    const resourceIds = [known.resourceId, knownOther.resourceId];
    const requests = [request, otherRequest];
    const [booking, other] = await this.opening.lockAll(em, requests, location, resourceIds, now);
    const own = await this.#placeOf(em, booking!);
    const others = await this.#placeOf(em, other!);
    const given = exchange === 'resources' ? 'resource' : 'slot';
    await this.#place(em, request.caller, booking!, { ...own, [given]: others[given] }, now);
    await this.#place(em, request.caller, other!, { ...others, [given]: own[given] }, now);
    await this.occupancy.refuseOverlaps(em, [request.id, withId]);
    return { booking: booking!, other: other! };
  }

  /** Where the booking goes; to another location only if the caller may book there for its owner. */
  async #destination(em: EntityManager, caller: Caller, known: BookingEntity, resourceId: string): Promise<string> {
    if (resourceId === known.resourceId) return known.locationId;
    const { locationId } = await this.resources.find(em, resourceId);
    requireKnown(caller, locationId, { kind: 'resource', id: resourceId });
    if (locationId !== known.locationId) requireMayBookFor(caller, locationId, known.ownerId, undefined);
    return locationId;
  }

  async #placeOf(em: EntityManager, booking: BookingEntity): Promise<Place> {
    const { startsLocal, endsLocal, startsAt, endsAt, timeZone } = booking;
    const slot = { startsLocal, endsLocal, startsAt, endsAt, timeZone };
    return { resource: await this.resources.find(em, booking.resourceId), slot };
  }

  async #place(
    em: EntityManager,
    caller: Caller,
    booking: BookingEntity,
    { resource, slot }: Place,
    now: number,
  ): Promise<void> {
    requireSlot(slot, now, mayAdminister(caller, resource.locationId), booking);
    const dayPassBatchId = await this.placing.admit(em, booking, resource, slot, now, booking);
    const { id: resourceId, locationId } = resource;
    await this.bookings.save(em, Object.assign(booking, slot, { resourceId, locationId, dayPassBatchId }), now);
    await this.occupancy.holdForBooking(em, booking);
  }
}

interface Place {
  readonly resource: ResourceEntity;
  readonly slot: Slot;
}

function requireSameLocation(booking: BookingEntity, other: BookingEntity): void {
  if (booking.locationId === other.locationId) return;
  const detail = 'The bookings are at different locations.';
  throw conflict('swap_across_locations', detail, 'Move each of them instead.');
}

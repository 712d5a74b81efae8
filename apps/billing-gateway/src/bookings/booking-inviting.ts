import type { NewInvitee } from '@latchkey/contracts';
import { notFound } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { selfOf } from '../callers/visibility.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import type { BookingEntity } from './booking.entity.ts';
import { BookingOpening, type EditRequest } from './booking-opening.ts';
import { BookingRepository } from './booking.repository.ts';
import { requireMayChange } from './booking-rights.ts';
import { requireRoomFor } from './booking-rules.ts';
import { Invitees } from './invitees.ts';

/** Invitees come and go (S4.3). */
@Injectable()
export class BookingInviting {
  constructor(
    private readonly resources: ResourceRepository,
    private readonly bookings: BookingRepository,
    private readonly opening: BookingOpening,
    private readonly invitees: Invitees,
  ) {}

  /** Without effect for one who is invited already. @throws Problem 403, 404, 409, 412 and 422 */
  async invite(em: EntityManager, request: EditRequest, invitee: NewInvitee, now: number): Promise<BookingEntity> {
    const { locationId } = await this.opening.find(em, request);
    const location = (await this.opening.lockLocations(em, [locationId]))(locationId);
    const person = await this.invitees.resolve(em, request.caller, locationId, invitee, now);
    const booking = await this.opening.lock(em, request, location, [], now);
    if (booking.inviteeIds.includes(person.id)) return booking;
    const inviteeIds = [...booking.inviteeIds, person.id];
    requireRoomFor(inviteeIds, booking.ownerId, await this.resources.find(em, booking.resourceId));
    await this.invitees.welcome(em, [person], locationId, now);
    return this.bookings.save(em, Object.assign(booking, { inviteeIds }), now);
  }

  /** Takes somebody off the list; invitees may leave by themselves. @throws Problem 404, 409 and 412 */
  async uninvite(em: EntityManager, request: EditRequest, personId: string, now: number): Promise<BookingEntity> {
    const { locationId } = await this.#findFor(em, request, personId);
    const location = (await this.opening.lockLocations(em, [locationId]))(locationId);
    const booking = await this.opening.lock(em, request, location, [], now);
    booking.inviteeIds = booking.inviteeIds.filter((id) => id !== personId);
    return this.bookings.save(em, booking, now);
  }
  async #findFor(em: EntityManager, request: EditRequest, personId: string): Promise<BookingEntity> {
    const booking = await this.bookings.find(em, request.id);
    const isInvited = booking.inviteeIds.includes(personId);
    if (isInvited && selfOf(request.caller) === personId) return booking;
    await requireMayChange(em, request.caller, booking);
    if (!isInvited) throw notFound('person', personId);
    return booking;
  }
}

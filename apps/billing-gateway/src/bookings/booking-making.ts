import type { NewBooking } from '@latchkey/contracts';
import { mayAdminister, notFound, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { requireKnown } from '../callers/visibility.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import type { BookingEntity } from './booking.entity.ts';
import { BookingPlacing } from './booking-placing.ts';
import { BookingRepository } from './booking.repository.ts';
import { requireMayBookFor } from './booking-rights.ts';
import { requireSlot } from './booking-rules.ts';
import { slotOf } from './booking-slot.ts';
import { Invitees, requireKnownInvitee } from './invitees.ts';

/** Makes bookings (S4). */
@Injectable()
export class BookingMaking {
  constructor(
    private readonly locations: LocationRepository,
    private readonly resources: ResourceRepository,
    private readonly bookings: BookingRepository,
    private readonly occupancy: OccupancyRepository,
    private readonly placing: BookingPlacing,
    private readonly invitees: Invitees,
  ) {}

  /** @throws Problem 403, 404, 409 and 422, as the API document lists them */
  async make(em: EntityManager, caller: Caller, body: NewBooking, now: number): Promise<BookingEntity> {
    const { resourceId, ownerId, inviteeIds, dayPass } = body;
    const { locationId } = await this.resources.find(em, resourceId);
    requireKnown(caller, locationId, { kind: 'resource', id: resourceId });
    if (body.locationId !== undefined && body.locationId !== locationId) throw notFound('resource', resourceId);
    const payer = dayPass && (await this.placing.findPayer(em, caller, dayPass.companyId));
    requireMayBookFor(caller, locationId, ownerId, payer);

    const location = await this.locations.lock(em, locationId, 'share');
    const invitees = await this.invitees.lock(em, locationId, { ownerId, inviteeIds });
    for (const invitee of invitees) requireKnownInvitee(caller, invitee, locationId);
    if (payer !== undefined) await this.placing.lockPayer(em, payer.id, ownerId);
    const resource = await this.resources.lock(em, resourceId);

    const slot = slotOf(body, location.timeZone);
    requireSlot(slot, now, mayAdminister(caller, locationId));
    const party = { ownerId, inviteeIds, companyId: payer?.id ?? null, dayPassBatchId: null };
    const dayPassBatchId = await this.placing.admit(em, party, resource, slot, now);
    const fields = { ...party, ...slot, locationId, resourceId, cancelledAt: null, dayPassBatchId };
    const booking = await this.bookings.add(em, fields, now);
    await this.invitees.welcome(em, invitees, locationId, now);
    await this.occupancy.holdForBooking(em, booking);
    await this.occupancy.refuseOverlaps(em, [booking.id]);
    return booking;
  }
}

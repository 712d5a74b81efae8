import { conflict, requireVersion, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { LocationEntity } from '../locations/location.entity.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import type { BookingEntity } from './booking.entity.ts';
import { BookingRepository } from './booking.repository.ts';
import { requireMayChange } from './booking-rights.ts';
import { isOver } from './booking-rules.ts';

/** Which booking is to be changed, and which version of it the caller has seen. */
export interface EditRequest {
  readonly id: string;
  readonly expected: number;
  readonly caller: Caller;
}

/** Locks bookings for a change: found first, locked after whatever else the change locks, for locks have an order. */
@Injectable()
export class BookingOpening {
  constructor(
    private readonly locations: LocationRepository,
    private readonly resources: ResourceRepository,
    private readonly bookings: BookingRepository,
  ) {}

  /** The booking as it is before any lock. @throws Problem 404 to strangers, 403 to invitees */
  async find(em: EntityManager, { id, caller }: EditRequest): Promise<BookingEntity> {
    const booking = await this.bookings.find(em, id);
    await requireMayChange(em, caller, booking);
    return booking;
  }

  /** Keeps locations as they are. @returns a function that finds them */
  async lockLocations(em: EntityManager, ids: readonly string[]): Promise<(id: string) => LocationEntity> {
    const locations = new Map((await this.locations.lockAll(em, ids, 'share')).map((row) => [row.id, row]));
    return (id) => locations.get(id)!;
  }

  /** The booking under its lock, as `lockAll`. */
  async lock(
    em: EntityManager,
    request: EditRequest,
    location: LocationEntity,
    resourceIds: readonly string[],
    now: number,
  ): Promise<BookingEntity> {
    const [booking] = await this.lockAll(em, [request], location, resourceIds, now);
    return booking!;
  }

  /**
   * Bookings of one location under their locks, and those of the resources whose occupancy may change; in the order of
   * the requests.
   * @throws Problem 412 `version_conflict`, 409 `booking_over`
   */
  async lockAll(
    em: EntityManager,
    requests: readonly EditRequest[],
    { gracePeriodMinutes }: LocationEntity,
    resourceIds: readonly string[],
    now: number,
  ): Promise<BookingEntity[]> {
    await this.resources.lockForOccupancy(em, resourceIds);
    const ids = requests.map(({ id }) => id);
    const rows = new Map((await this.bookings.lockAll(em, ids)).map((row) => [row.id, row]));
    return requests.map(({ id, expected }) => {
      const booking = rows.get(id)!;
      requireVersion(booking.version, expected);
      if (!isOver(booking, gracePeriodMinutes, now)) return booking;
      const detail = booking.cancelledAt === null ? 'The booking is over.' : 'The booking is cancelled.';
      throw conflict('booking_over', detail, 'Make a new one.');
    });
  }
}

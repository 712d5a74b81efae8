import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import type { BookingEntity } from './booking.entity.ts';
import { BookingRepository } from './booking.repository.ts';

/** Ends a booking at once, whoever asks for it: its access ends, and its resource is free. */
@Injectable()
export class BookingCancellation {
  constructor(
    private readonly bookings: BookingRepository,
    private readonly occupancy: OccupancyRepository,
  ) {}

  /** @param booking locked, and open */
  async cancel(em: EntityManager, booking: BookingEntity, now: number): Promise<void> {
    booking.cancelledAt = now;
    await this.bookings.save(em, booking, now);
    await this.occupancy.holdForBooking(em, booking);
  }
}

import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BookingRepository } from '../bookings/booking.repository.ts';
import { inZone } from '../bookings/booking-slot.ts';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import { ResourceRepository } from '../resources/resource.repository.ts';
import { SubscriptionRepository } from '../subscriptions/subscription.repository.ts';
import type { LocationEntity } from './location.entity.ts';

/** A location's clock was wrong: everything open there is planned anew from its wall time (S5.6). */
@Injectable()
export class ZoneCorrection {
  constructor(
    private readonly resources: ResourceRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly bookings: BookingRepository,
    private readonly occupancy: OccupancyRepository,
  ) {}

  /**
   * @param location locked for update, so that nothing new is made there meanwhile; still with its old zone
   * @throws Problem 409 where two bookings that met at a clock change would now overlap
   */
  async apply(em: EntityManager, location: LocationEntity, zone: string, now: number): Promise<void> {
    const filter = { locationId: location.id };
    await this.resources.lockLocation(em, location.id);
    const subscriptions = await this.subscriptions.lockOpen(em, filter, now);
    const bookings = await this.bookings.lockOpen(em, filter, now);
    await this.occupancy.forgetPast(em, location.id, now);
    for (const subscription of subscriptions) await this.occupancy.holdForSubscription(em, subscription, zone);
    for (const booking of bookings) {
      await this.bookings.save(em, Object.assign(booking, inZone(booking, zone)), now);
      await this.occupancy.holdForBooking(em, booking);
    }
    await this.occupancy.refuseOverlaps(
      em,
      [...subscriptions, ...bookings].map(({ id }) => id),
    );
  }
}

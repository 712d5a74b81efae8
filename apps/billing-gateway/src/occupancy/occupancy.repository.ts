import { conflict, type ConstraintProblems, type Problem } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { BookingEntity } from '../bookings/booking.entity.ts';
import type { SubscriptionEntity } from '../subscriptions/subscription.entity.ts';
import { rentalPeriodOf, type Period } from '../subscriptions/subscription-period.ts';

interface Overlap {
  resource_id: string;
  booking_id: string | null;
}

/**
 * Who holds which resource when (S4.5, S4.6). Whoever writes here holds the lock of the resources' rows, so that two
 * requests for one resource follow each other; the table's constraint, checked at the commit, is the last word.
 */
@Injectable()
export class OccupancyRepository {
  /** Gives a booking its time, or takes it back from a cancelled one. Overlaps are `refuseOverlaps`' to find. */
  async holdForBooking(em: EntityManager, booking: BookingEntity): Promise<void> {
    await em.query('DELETE FROM occupancy WHERE booking_id = $1', [booking.id]);
    if (booking.cancelledAt !== null) return;
    await this.#insert(em, booking.resourceId, { bookingId: booking.id, period: booking });
  }

  /** Gives each rental of a subscription its period, or takes back what it no longer has. */
  async holdForSubscription(em: EntityManager, subscription: SubscriptionEntity, zone: string): Promise<void> {
    await em.query('DELETE FROM occupancy WHERE subscription_id = $1', [subscription.id]);
    const period = rentalPeriodOf(subscription, zone);
    if (period === null) return;
    for (const item of subscription.items) {
      if (item.kind === 'resource')
        await this.#insert(em, item.resourceId, { subscriptionId: subscription.id, period });
    }
  }

  /** Ends at an instant what a subscription holds; what would only begin later is gone. */
  async releaseSubscription(em: EntityManager, subscriptionId: string, at: number): Promise<void> {
    const parameters = [subscriptionId, new Date(at)];
    await em.query('DELETE FROM occupancy WHERE subscription_id = $1 AND lower(during) >= $2', parameters);
    await em.query(
      `UPDATE occupancy SET during = tstzrange(lower(during), $2, '[)')
       WHERE subscription_id = $1 AND COALESCE(upper(during) > $2, true)`,
      parameters,
    );
  }

  /** Ends at an instant whatever holds a resource that is about to be deleted. */
  async releaseResource(em: EntityManager, resourceId: string, at: number): Promise<void> {
    await em.query(`DELETE FROM occupancy WHERE resource_id = $1 AND COALESCE(upper(during) > $2, true)`, [
      resourceId,
      new Date(at),
    ]);
  }

  /** Forgets what is over at a location: after a corrected zone the past must not collide with what is to come. */
  async forgetPast(em: EntityManager, locationId: string, now: number): Promise<void> {
    await em.query(
      `DELETE FROM occupancy USING resource
       WHERE resource.id = occupancy.resource_id AND resource.location_id = $1 AND upper(during) <= $2`,
      [locationId, new Date(now)],
    );
  }

  /**
   * Looks whether what these bookings and subscriptions hold is held by another too.
   * @throws Problem 409 `resource_rented` or `resource_booked`
   */
  async refuseOverlaps(em: EntityManager, holderIds: readonly string[]): Promise<void> {
    const overlaps: Overlap[] = await em.query(
      `SELECT other.resource_id, other.booking_id
       FROM occupancy AS own JOIN occupancy AS other
         ON other.resource_id = own.resource_id AND other.id <> own.id AND other.during && own.during
       WHERE own.booking_id = ANY($1::uuid[]) OR own.subscription_id = ANY($1::uuid[])
       ORDER BY other.booking_id NULLS FIRST LIMIT 1`,
      [holderIds],
    );
    const [overlap] = overlaps;
    if (overlap === undefined) return;
    throw overlap.booking_id === null ? resourceRented(overlap.resource_id) : resourceBooked(overlap.resource_id);
  }

  async #insert(
    em: EntityManager,
    resourceId: string,
    holder: { bookingId?: string; subscriptionId?: string; period: Period },
  ): Promise<void> {
    const { bookingId = null, subscriptionId = null, period } = holder;
    await em.query(
      `INSERT INTO occupancy (resource_id, booking_id, subscription_id, during)
       VALUES ($1, $2, $3, tstzrange($4, $5, '[)'))`,
      [
        resourceId,
        bookingId,
        subscriptionId,
        new Date(period.startsAt),
        period.endsAt === null ? null : new Date(period.endsAt),
      ],
    );
  }
}

/** What the table's own constraint means, should it ever have to speak. */
export const occupancyProblems: ConstraintProblems = {
  occupancy_no_overlap: () =>
    conflict('resource_booked', 'The resource is held by another at that time.', 'Choose another time or resource.'),
};

function resourceRented(resourceId: string): Problem {
  const detail = `Resource ${resourceId} is rented by a subscription at that time.`;
  return conflict('resource_rented', detail, 'Choose another time or resource, or end the rental first.');
}

function resourceBooked(resourceId: string): Problem {
  const detail = `Resource ${resourceId} is booked at that time.`;
  return conflict('resource_booked', detail, 'Choose another time or resource, or move or cancel that booking first.');
}

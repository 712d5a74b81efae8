import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BookingCancellation } from '../bookings/booking-cancellation.ts';
import { BookingRepository, type BookingFilter } from '../bookings/booking.repository.ts';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import { SubscriptionCancellation } from '../subscriptions/subscription-cancellation.ts';
import { SubscriptionRepository, type SubscriptionFilter } from '../subscriptions/subscription.repository.ts';

/**
 * Ends the access that something gives before it is deleted (S5.7), in the deletion's own transaction and with an event
 * for each booking and subscription.
 */
@Injectable()
export class AccessEndings {
  constructor(
    private readonly bookings: BookingRepository,
    private readonly bookingCancellation: BookingCancellation,
    private readonly subscriptions: SubscriptionRepository,
    private readonly subscriptionCancellation: SubscriptionCancellation,
    private readonly occupancy: OccupancyRepository,
  ) {}

  /** Cancels the subscriptions that are not over. Call it before `cancelBookings`: locks have an order. */
  async cancelSubscriptions(em: EntityManager, filter: SubscriptionFilter, now: number): Promise<void> {
    for (const subscription of await this.subscriptions.lockOpen(em, filter, now)) {
      await this.subscriptionCancellation.cancelNow(em, subscription, now);
    }
  }

  /** Takes a resource out of its subscriptions; those that had nothing else are cancelled. */
  async endRentals(em: EntityManager, resourceId: string, now: number): Promise<void> {
    for (const subscription of await this.subscriptions.lockOpen(em, { resourceId }, now)) {
      const kept = subscription.items.filter((item) => item.kind !== 'resource' || item.resourceId !== resourceId);
      if (kept.length === 0) {
        await this.subscriptionCancellation.cancelNow(em, subscription, now);
      } else {
        subscription.items = kept;
        await this.subscriptions.save(em, subscription, now);
      }
    }
    await this.occupancy.releaseResource(em, resourceId, now);
  }

  /** Cancels the bookings that are not over, their grace period included. */
  async cancelBookings(em: EntityManager, filter: BookingFilter, now: number): Promise<void> {
    for (const booking of await this.bookings.lockOpen(em, filter, now)) {
      await this.bookingCancellation.cancel(em, booking, now);
    }
  }

  /** Takes somebody off the list of invitees wherever the booking is not over. */
  async withdrawInvitee(
    em: EntityManager,
    inviteeId: string,
    filter: { readonly locationId?: string },
    now: number,
  ): Promise<void> {
    for (const booking of await this.bookings.lockOpen(em, { ...filter, inviteeId }, now)) {
      booking.inviteeIds = booking.inviteeIds.filter((id) => id !== inviteeId);
      await this.bookings.save(em, booking, now);
    }
  }
}

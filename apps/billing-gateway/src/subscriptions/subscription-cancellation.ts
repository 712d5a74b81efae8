import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import type { SubscriptionEntity } from './subscription.entity.ts';
import { SubscriptionRepository } from './subscription.repository.ts';

/** Ends a subscription at once and for good. */
@Injectable()
export class SubscriptionCancellation {
  constructor(
    private readonly subscriptions: SubscriptionRepository,
    private readonly occupancy: OccupancyRepository,
  ) {}

  /** @param subscription locked, and not over */
  async cancelNow(em: EntityManager, subscription: SubscriptionEntity, now: number): Promise<void> {
    subscription.cancelledAt = now;
    await this.subscriptions.save(em, subscription, now);
    await this.occupancy.releaseSubscription(em, subscription.id, now);
  }
}

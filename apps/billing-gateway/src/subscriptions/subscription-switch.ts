import type { SubscriptionReplacement } from '@latchkey/contracts';
import { conflict, unprocessable } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dateAt } from '../calendar.ts';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import { replacementOf, type OldHalf } from './replacement.ts';
import type { SubscriptionEntity } from './subscription.entity.ts';
import { SubscriptionEditing, type OpenSubscription } from './subscription-editing.ts';
import { SubscriptionMaking } from './subscription-making.ts';
import { SubscriptionRepository } from './subscription.repository.ts';

/** Switches plans in one step, without a gap (S3.5): the old half ends as the new one begins, each naming the other. */
@Injectable()
export class SubscriptionSwitch {
  constructor(
    private readonly subscriptions: SubscriptionRepository,
    private readonly editing: SubscriptionEditing,
    private readonly making: SubscriptionMaking,
    private readonly occupancy: OccupancyRepository,
  ) {}

  /**
   * @param open the old half; the resources of both are locked
   * @returns the new half
   * @throws Problem 409 `subscription_over`, `subscription_replaced`, `replacement_leaves_gap`, 422 `start_in_the_past`
   */
  async replace(
    em: EntityManager,
    open: OpenSubscription,
    { items, effectiveOn, endOn, paymentStatus }: SubscriptionReplacement,
    now: number,
  ): Promise<SubscriptionEntity> {
    const { subscription: old, location } = open;
    this.editing.requireNotOver(open, now);
    await this.editing.requireNotReplaced(em, old);
    const oldHalf = requireOldHalf(old, effectiveOn, dateAt(now, location.timeZone));
    const draft = {
      personId: old.personId,
      companyId: old.companyId,
      startOn: effectiveOn,
      endOn,
      cancelOn: null,
      cancelledAt: null,
      paymentStatus: paymentStatus ?? old.paymentStatus,
      replacesId: old.id,
      replacedById: null,
    };
    if (oldHalf.kind === 'ends now') old.cancelledAt = now;
    else old.cancelOn = oldHalf.lastDayOn;
    // What both rent is free before the new half takes it.
    await this.occupancy.holdForSubscription(em, old, location.timeZone);
    const started = await this.making.make(em, location, draft, items, now);
    old.replacedById = started.id;
    await this.subscriptions.save(em, old, now);
    return started;
  }
}

function requireOldHalf(old: SubscriptionEntity, effectiveOn: string, today: string): OldHalf {
  const replacement = replacementOf(old, effectiveOn, today);
  if (replacement.kind !== 'refused') return replacement;
  if (replacement.reason === 'in the past') {
    const detail = `At the location it is ${today} already.`;
    throw unprocessable('start_in_the_past', detail, 'Switch today or later.');
  }
  throw conflict(
    'replacement_leaves_gap',
    'The subscription ends before the day of the switch.',
    'Switch on the day after its last one at the latest, or make a new subscription.',
  );
}

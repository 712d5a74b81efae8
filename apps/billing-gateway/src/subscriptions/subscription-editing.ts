import type { NewSubscriptionItem, SubscriptionEdit } from '@latchkey/contracts';
import { conflict, requireAdministratorOf, requireVersion, unprocessable, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dateAt } from '../calendar.ts';
import type { LocationEntity } from '../locations/location.entity.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { OccupancyRepository } from '../occupancy/occupancy.repository.ts';
import type { SubscriptionEntity } from './subscription.entity.ts';
import { SubscriptionMaking } from './subscription-making.ts';
import { isOver } from './subscription-period.ts';
import { SubscriptionRepository } from './subscription.repository.ts';

/** A subscription under its lock, with where it is. */
export interface OpenSubscription {
  readonly subscription: SubscriptionEntity;
  readonly location: LocationEntity;
}

/** Which subscription is to be changed, and which version of it the caller has seen. */
export interface EditRequest {
  readonly id: string;
  readonly expected: number;
  readonly caller: Caller;
}

/** Changes the period of subscriptions (S3.2, S3.3). */
@Injectable()
export class SubscriptionEditing {
  constructor(
    private readonly locations: LocationRepository,
    private readonly making: SubscriptionMaking,
    private readonly subscriptions: SubscriptionRepository,
    private readonly occupancy: OccupancyRepository,
  ) {}

  /**
   * Locks a subscription for a change, with its location, and what it rents or is about to be made of.
   * @throws Problem 404 to strangers, 412 `version_conflict`
   */
  async open(
    em: EntityManager,
    { id, expected, caller }: EditRequest,
    newItems: readonly NewSubscriptionItem[] = [],
  ): Promise<OpenSubscription> {
    const known = await this.subscriptions.find(em, id);
    requireAdministratorOf(caller, known.locationId, { kind: 'subscription', id });
    const location = await this.locations.lock(em, known.locationId, 'share');
    const rented = known.items.flatMap((item) => (item.kind === 'resource' ? [item.resourceId] : []));
    await this.making.lockOffers(em, newItems, location.id, rented);
    const subscription = await this.subscriptions.lock(em, id);
    requireVersion(subscription.version, expected);
    return { subscription, location };
  }

  /** Moves or withdraws the scheduled end, or notes a payment. */
  async edit(em: EntityManager, open: OpenSubscription, edit: SubscriptionEdit, now: number): Promise<void> {
    const { subscription, location } = open;
    if (edit.endOn !== undefined) {
      await this.#requireMovable(em, open, now);
      if (edit.endOn !== null) requireLastDay(subscription, edit.endOn, dateAt(now, location.timeZone));
    }
    await this.#write(em, open, edit, now);
  }

  /** Cancels at a date, or moves such a cancellation. */
  async cancelAt(em: EntityManager, open: OpenSubscription, lastDayOn: string, now: number): Promise<void> {
    await this.#requireMovable(em, open, now);
    requireLastDay(open.subscription, lastDayOn, dateAt(now, open.location.timeZone));
    await this.#write(em, open, { cancelOn: lastDayOn }, now);
  }

  /** Takes back a cancellation at a date: what ends is what was scheduled to, if anything was. */
  async withdraw(em: EntityManager, open: OpenSubscription, now: number): Promise<void> {
    await this.#requireMovable(em, open, now);
    if (open.subscription.cancelOn === null) {
      const detail = 'The subscription is not cancelled.';
      throw conflict('nothing_to_withdraw', detail, 'To withdraw a scheduled end, set endOn to null.');
    }
    await this.#write(em, open, { cancelOn: null, replacedById: null }, now);
  }

  /** @throws Problem 409 `subscription_over` */
  requireNotOver({ subscription, location }: OpenSubscription, now: number): void {
    if (!isOver(subscription, location.timeZone, now)) return;
    throw conflict('subscription_over', 'The subscription is over.', 'Make a new one.');
  }

  /** @throws Problem 409 `subscription_replaced` while another stands in for it */
  async requireNotReplaced(em: EntityManager, { replacedById }: SubscriptionEntity): Promise<void> {
    if (replacedById === null) return;
    const replacement = await this.subscriptions.find(em, replacedById);
    if (replacement.cancelledAt !== null) return;
    const detail = `Subscription ${replacedById} replaces this one.`;
    throw conflict('subscription_replaced', detail, 'Change or cancel the replacement.');
  }

  async #requireMovable(em: EntityManager, open: OpenSubscription, now: number): Promise<void> {
    this.requireNotOver(open, now);
    await this.requireNotReplaced(em, open.subscription);
  }

  async #write(
    em: EntityManager,
    { subscription, location }: OpenSubscription,
    fields: Partial<SubscriptionEntity>,
    now: number,
  ): Promise<void> {
    await this.subscriptions.save(em, Object.assign(subscription, fields), now);
    if (isOver(subscription, location.timeZone, now)) return;
    await this.occupancy.holdForSubscription(em, subscription, location.timeZone);
    await this.occupancy.refuseOverlaps(em, [subscription.id]);
  }
}

function requireLastDay({ startOn }: SubscriptionEntity, lastDayOn: string, today: string): void {
  if (lastDayOn < startOn) {
    throw unprocessable('end_before_start', `It begins on ${startOn}.`, 'Choose that day or a later one.');
  }
  if (lastDayOn < today) {
    const detail = `At the location it is ${today} already.`;
    throw unprocessable('end_in_the_past', detail, 'Choose today or a later day, or cancel it now.');
  }
}

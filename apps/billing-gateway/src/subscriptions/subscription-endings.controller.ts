import {
  subscriptionBody,
  subscriptionCancellation,
  subscriptionReplacement,
  subscriptionSwitch,
  type SubscriptionBody,
  type SubscriptionCancellation as CancellationBody,
  type SubscriptionReplacement,
} from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, IfMatch, Transaction, type Caller } from '@latchkey/service-kit';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { Clock } from '../clock.ts';
import { subscriptionBodyOf } from './subscription.entity.ts';
import { SubscriptionCancellation } from './subscription-cancellation.ts';
import { SubscriptionEditing } from './subscription-editing.ts';
import { SubscriptionSwitch } from './subscription-switch.ts';

/** How subscriptions end: cancelled, or replaced by another. */
@ApiTags('subscriptions')
@Controller('v1/subscriptions/:id')
export class SubscriptionEndingsController {
  constructor(
    private readonly cancellation: SubscriptionCancellation,
    private readonly editing: SubscriptionEditing,
    private readonly switching: SubscriptionSwitch,
    private readonly clock: Clock,
  ) {}

  @Post('cancel')
  @HttpCode(200)
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, subscriptionBody, 'Cancelled: after the given last day, or at once')
  async cancel(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: subscriptionCancellation }) { lastDayOn }: CancellationBody,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<SubscriptionBody> {
    const open = await this.editing.open(em, { id, expected, caller });
    const now = this.clock.now();
    if (lastDayOn === undefined) {
      this.editing.requireNotOver(open, now);
      await this.cancellation.cancelNow(em, open.subscription, now);
    } else {
      await this.editing.cancelAt(em, open, lastDayOn, now);
    }
    return subscriptionBodyOf(open.subscription);
  }

  @Post('withdraw-cancellation')
  @HttpCode(200)
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, subscriptionBody, 'Not cancelled any more; a scheduled end still counts')
  async withdraw(
    @Param({ schema: idParams }) { id }: IdParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<SubscriptionBody> {
    const open = await this.editing.open(em, { id, expected, caller });
    await this.editing.withdraw(em, open, this.clock.now());
    return subscriptionBodyOf(open.subscription);
  }

  @Post('replace')
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(201, subscriptionSwitch, 'Both halves of the switch')
  async replace(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: subscriptionReplacement }) body: SubscriptionReplacement,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<{ ended: SubscriptionBody; started: SubscriptionBody }> {
    const open = await this.editing.open(em, { id, expected, caller }, body.items);
    const started = await this.switching.replace(em, open, body, this.clock.now());
    return { ended: subscriptionBodyOf(open.subscription), started: subscriptionBodyOf(started) };
  }
}

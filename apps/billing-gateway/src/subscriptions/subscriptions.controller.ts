import {
  newSubscription,
  subscriptionBody,
  subscriptionEdit,
  subscriptionPage,
  type NewSubscription,
  type SubscriptionBody,
  type SubscriptionEdit,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  mayAdminister,
  notFound,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { mapPage } from '../aggregates/aggregate-list.ts';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { dateAt } from '../calendar.ts';
import { Clock } from '../clock.ts';
import { LocationRepository } from '../locations/location.repository.ts';
import { requireOwnSignUp, requireSignUpTerms } from './sign-up.ts';
import { subscriptionBodyOf } from './subscription.entity.ts';
import { SubscriptionEditing } from './subscription-editing.ts';
import { isVisibleTo, listSubscriptions, subscriptionsQuery, type SubscriptionsQuery } from './subscription-list.ts';
import { SubscriptionMaking } from './subscription-making.ts';
import { SubscriptionRepository } from './subscription.repository.ts';

@ApiTags('subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly database: EntityManager,
    private readonly locations: LocationRepository,
    private readonly subscriptions: SubscriptionRepository,
    private readonly making: SubscriptionMaking,
    private readonly editing: SubscriptionEditing,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(201, subscriptionBody, 'The new subscription: made by an administrator, or by a member that signs up')
  async make(
    @Body({ schema: newSubscription }) body: NewSubscription,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<SubscriptionBody> {
    const { locationId, holder, items, startOn, endOn, paymentStatus } = body;
    const now = this.clock.now();
    const isSignUp = !mayAdminister(caller, locationId);
    if (isSignUp) requireOwnSignUp(caller, body);
    const location = await this.locations.lock(em, locationId, 'share');
    await this.making.lockHolder(em, holder, locationId);
    const plans = await this.making.lockOffers(em, items, locationId);
    if (isSignUp) requireSignUpTerms(body, plans, dateAt(now, location.timeZone));
    const draft = {
      personId: holder.kind === 'member' ? holder.personId : null,
      companyId: holder.kind === 'company' ? holder.companyId : null,
      startOn,
      endOn,
      cancelOn: null,
      cancelledAt: null,
      paymentStatus,
      replacesId: null,
      replacedById: null,
    };
    return subscriptionBodyOf(await this.making.make(em, location, draft, items, now));
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, subscriptionPage, 'Held by the caller, by companies that it manages, and at its locations')
  async list(
    @Query({ schema: subscriptionsQuery }) query: SubscriptionsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<SubscriptionBody>> {
    return mapPage(await listSubscriptions(this.database, query, caller), subscriptionBodyOf);
  }

  @Get(':id')
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, subscriptionBody)
  async read(
    @Param({ schema: idParams }) { id }: IdParams,
    @CurrentCaller() caller: Caller,
  ): Promise<SubscriptionBody> {
    const subscription = await this.subscriptions.find(this.database, id);
    if (!(await isVisibleTo(this.database, caller, subscription))) throw notFound('subscription', id);
    return subscriptionBodyOf(subscription);
  }

  @Patch(':id')
  @Allow({ administrator: true, service: 'billing:write' })
  @Answers(200, subscriptionBody, 'The subscription now; a payment changes nothing about access')
  async change(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: subscriptionEdit }) edit: SubscriptionEdit,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<SubscriptionBody> {
    const open = await this.editing.open(em, { id, expected, caller });
    await this.editing.edit(em, open, edit, this.clock.now());
    return subscriptionBodyOf(open.subscription);
  }
}

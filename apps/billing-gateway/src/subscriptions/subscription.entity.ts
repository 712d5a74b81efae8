import type { SubscriptionBody, SubscriptionState } from '@latchkey/contracts';
import { instant } from '@latchkey/service-kit';
import { Column, Entity } from 'typeorm';
import { AggregateEntity } from '../aggregates/aggregate.entity.ts';
import { lastDayOf } from './subscription-period.ts';

@Entity('subscription')
export class SubscriptionEntity extends AggregateEntity {
  @Column('uuid')
  locationId!: string;

  /** The holder: a person or a company, never both. */
  @Column({ type: 'uuid', nullable: true })
  personId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  companyId!: string | null;

  @Column('jsonb')
  items!: SubscriptionState['items'];

  @Column('date')
  startOn!: string;

  /** The scheduled end, the last day. */
  @Column({ type: 'date', nullable: true })
  endOn!: string | null;

  /** The last day of a cancellation at a date. Kept apart, so that withdrawing it brings the scheduled end back. */
  @Column({ type: 'date', nullable: true })
  cancelOn!: string | null;

  @Column({ type: 'timestamptz', transformer: instant, nullable: true })
  cancelledAt!: number | null;

  @Column('text')
  paymentStatus!: SubscriptionState['paymentStatus'];

  @Column({ type: 'uuid', nullable: true })
  replacesId!: string | null;

  @Column({ type: 'uuid', nullable: true })
  replacedById!: string | null;
}

export function subscriptionStateOf(row: SubscriptionEntity): SubscriptionState {
  return {
    id: row.id,
    locationId: row.locationId,
    holder: holderOf(row),
    items: row.items,
    startOn: row.startOn,
    lastDayOn: lastDayOf(row),
    cancelledAt: row.cancelledAt === null ? null : new Date(row.cancelledAt).toISOString(),
    paymentStatus: row.paymentStatus,
    madeAt: new Date(row.madeAt).toISOString(),
    replacesId: row.replacesId,
    replacedById: row.replacedById,
  };
}

export function subscriptionBodyOf(row: SubscriptionEntity): SubscriptionBody {
  return { ...subscriptionStateOf(row), version: row.version, endOn: row.endOn, cancelOn: row.cancelOn };
}

function holderOf({ personId, companyId }: SubscriptionEntity): SubscriptionState['holder'] {
  // The database holds that exactly one of them is set.
  return personId === null ? { kind: 'company', companyId: companyId! } : { kind: 'member', personId };
}

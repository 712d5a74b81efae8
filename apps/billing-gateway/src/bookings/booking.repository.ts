import { bookingEvents, type BookingState } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AggregateRepository } from '../aggregates/aggregate.repository.ts';
import { BookingEntity, bookingStateOf } from './booking.entity.ts';

/** Which bookings: those that name all of what is given. */
export interface BookingFilter {
  readonly locationId?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly companyId?: string | undefined;
  readonly ownerId?: string | undefined;
  readonly inviteeId?: string | undefined;
}

const conditions: Record<keyof BookingFilter, string> = {
  locationId: 'booking.locationId = :locationId',
  resourceId: 'booking.resourceId = :resourceId',
  companyId: 'booking.companyId = :companyId',
  ownerId: 'booking.ownerId = :ownerId',
  inviteeId: 'booking.inviteeIds @> ARRAY[:inviteeId]::uuid[]',
};

@Injectable()
export class BookingRepository extends AggregateRepository<BookingEntity, BookingState> {
  readonly kind = 'booking';
  protected readonly entity = BookingEntity;
  protected readonly events = bookingEvents;
  protected readonly stateOf = bookingStateOf;

  constructor(outbox: Outbox) {
    super(outbox);
  }

  /** Locks those that are open: neither cancelled nor over, the grace period after the end included (S4.1). */
  lockOpen(em: EntityManager, filter: BookingFilter, now: number): Promise<BookingEntity[]> {
    const query = em
      .createQueryBuilder(BookingEntity, 'booking')
      .innerJoin('location', 'location', 'location.id = booking.locationId')
      .where('booking.cancelledAt IS NULL')
      .andWhere("booking.endsAt + location.grace_period_minutes * interval '1 minute' > :now", { now: new Date(now) })
      .orderBy('booking.id')
      .setLock('pessimistic_write', undefined, ['booking']);
    for (const [condition, values] of conditionsOf(filter)) query.andWhere(condition, values);
    return query.getMany();
  }

  /** Bookings are cancelled, never deleted. */
  protected erase(): void {}
}

/** The filter as conditions of a query builder on `booking`. */
export function conditionsOf(filter: BookingFilter): [string, Record<string, string>][] {
  return Object.entries(filter).flatMap(([name, value]: [string, string | undefined]) =>
    value === undefined ? [] : [[conditions[name as keyof BookingFilter], { [name]: value }]],
  );
}

import type { BookingBody, BookingState } from '@latchkey/contracts';
import { instant } from '@latchkey/service-kit';
import { Column, Entity } from 'typeorm';
import { AggregateEntity } from '../aggregates/aggregate.entity.ts';

@Entity('booking')
export class BookingEntity extends AggregateEntity {
  @Column('uuid')
  locationId!: string;

  @Column('uuid')
  resourceId!: string;

  @Column('uuid')
  ownerId!: string;

  @Column('uuid', { array: true })
  inviteeIds!: string[];

  @Column({ type: 'timestamptz', transformer: instant })
  startsAt!: number;

  @Column({ type: 'timestamptz', transformer: instant })
  endsAt!: number;

  /** What the person chose, wall time of `timeZone`: a corrected zone makes new instants of it. */
  @Column('text')
  startsLocal!: string;

  @Column('text')
  endsLocal!: string;

  @Column('text')
  timeZone!: string;

  @Column({ type: 'timestamptz', transformer: instant, nullable: true })
  cancelledAt!: number | null;

  /** The company whose day pass pays for it. */
  @Column({ type: 'uuid', nullable: true })
  companyId!: string | null;

  /** The batch that the pass is of. */
  @Column({ type: 'uuid', nullable: true })
  dayPassBatchId!: string | null;
}

export function bookingStateOf(row: BookingEntity): BookingState {
  return {
    id: row.id,
    locationId: row.locationId,
    resourceId: row.resourceId,
    ownerId: row.ownerId,
    inviteeIds: row.inviteeIds,
    startsAt: new Date(row.startsAt).toISOString(),
    endsAt: new Date(row.endsAt).toISOString(),
    startsLocal: row.startsLocal,
    endsLocal: row.endsLocal,
    timeZone: row.timeZone,
    madeAt: new Date(row.madeAt).toISOString(),
    cancelledAt: row.cancelledAt === null ? null : new Date(row.cancelledAt).toISOString(),
    companyId: row.companyId,
  };
}

export function bookingBodyOf(row: BookingEntity): BookingBody {
  return { ...bookingStateOf(row), version: row.version };
}

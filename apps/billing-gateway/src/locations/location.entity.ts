import type { LocationBody, LocationState } from '@latchkey/contracts';
import { Column, Entity } from 'typeorm';
import { AggregateEntity } from '../aggregates/aggregate.entity.ts';

@Entity('location')
export class LocationEntity extends AggregateEntity {
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column('text')
  timeZone!: string;

  @Column('int')
  gracePeriodMinutes!: number;
}

export function locationStateOf({ id, timeZone, gracePeriodMinutes }: LocationEntity): LocationState {
  return { id, timeZone, gracePeriodMinutes };
}

export function locationBodyOf(row: LocationEntity): LocationBody {
  return { ...locationStateOf(row), version: row.version, name: row.name ?? '' };
}

import type { BookableBy, ResourceBody, ResourceKind, ResourceState } from '@latchkey/contracts';
import { Column, Entity } from 'typeorm';
import { AggregateEntity } from '../aggregates/aggregate.entity.ts';

@Entity('resource')
export class ResourceEntity extends AggregateEntity {
  @Column('uuid')
  locationId!: string;

  @Column({ type: 'text', update: false })
  kind!: ResourceKind;

  @Column('text')
  name!: string;

  @Column('int')
  capacity!: number;

  @Column('jsonb')
  bookableBy!: BookableBy;
}

export function resourceStateOf({ id, locationId, kind, capacity }: ResourceEntity): ResourceState {
  return { id, locationId, kind, capacity };
}

export function resourceBodyOf(row: ResourceEntity): ResourceBody {
  return { ...resourceStateOf(row), version: row.version, name: row.name, bookableBy: row.bookableBy };
}

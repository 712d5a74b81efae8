import type { PlanBody, PlanState } from '@latchkey/contracts';
import { Column, Entity } from 'typeorm';
import { AggregateEntity } from '../aggregates/aggregate.entity.ts';

@Entity('plan')
export class PlanEntity extends AggregateEntity {
  @Column('uuid')
  locationId!: string;

  @Column('text')
  name!: string;

  @Column('boolean')
  isOpenToSignUp!: boolean;
}

export function planStateOf({ id, locationId, isOpenToSignUp }: PlanEntity): PlanState {
  return { id, locationId, isOpenToSignUp };
}

export function planBodyOf(row: PlanEntity): PlanBody {
  return { ...planStateOf(row), version: row.version, name: row.name };
}

import type { CompanyBody, CompanyState } from '@latchkey/contracts';
import { Column, Entity } from 'typeorm';
import { AggregateEntity } from '../aggregates/aggregate.entity.ts';

@Entity('company')
export class CompanyEntity extends AggregateEntity {
  @Column('uuid')
  locationId!: string;

  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column('uuid', { array: true })
  managerIds!: string[];

  @Column('uuid', { array: true })
  memberIds!: string[];
}

export function companyStateOf({ id, locationId, managerIds, memberIds }: CompanyEntity): CompanyState {
  return { id, locationId, managerIds, memberIds };
}

export function companyBodyOf(row: CompanyEntity): CompanyBody {
  return { ...companyStateOf(row), version: row.version, name: row.name ?? '' };
}

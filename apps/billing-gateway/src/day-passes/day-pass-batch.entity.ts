import type { DayPassBatchBody } from '@latchkey/contracts';
import { instant } from '@latchkey/service-kit';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Day passes given to a company together. */
@Entity('day_pass_batch')
export class DayPassBatchEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  companyId!: string;

  /** The subscription that holds them: they pay for days of its period only. */
  @Column({ type: 'uuid', nullable: true })
  subscriptionId!: string | null;

  @Column('int')
  count!: number;

  @Column({ type: 'date', nullable: true })
  validFrom!: string | null;

  @Column({ type: 'date', nullable: true })
  validUntil!: string | null;

  @Column({ type: 'timestamptz', transformer: instant })
  madeAt!: number;
}

/** @param taken how many of its passes pay for bookings */
export function dayPassBatchBodyOf(row: DayPassBatchEntity, taken: number): DayPassBatchBody {
  const { id, companyId, subscriptionId, count, validFrom, validUntil } = row;
  return {
    id,
    companyId,
    subscriptionId,
    count,
    taken,
    validFrom,
    validUntil,
    madeAt: new Date(row.madeAt).toISOString(),
  };
}

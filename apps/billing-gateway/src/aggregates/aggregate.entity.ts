import { instant } from '@latchkey/service-kit';
import { Column, PrimaryColumn } from 'typeorm';

/** What every aggregate's row has: a name for ever, a version that rises by one with each event, and a last day. */
export abstract class AggregateEntity {
  /** UUIDv7: sorts by the time when it was made. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('int')
  version!: number;

  @Column({ type: 'timestamptz', transformer: instant, update: false })
  madeAt!: number;

  /** A tombstone since then: only id and version mean anything. */
  @Column({ type: 'timestamptz', transformer: instant, nullable: true })
  deletedAt!: number | null;
}

/** What a caller of `add` gives; the rest is the repository's to set. */
export type NewRow<Row extends AggregateEntity> = Omit<Row, keyof AggregateEntity>;

import { instant } from '@latchkey/service-kit';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A sign-in: issuer and subject belong to one person. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn('text')
  issuer!: string;

  @PrimaryColumn('text')
  subject!: string;

  @Column('uuid')
  personId!: string;

  @Column({ type: 'timestamptz', transformer: instant })
  boundAt!: number;
}

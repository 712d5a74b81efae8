import { instant } from '@latchkey/service-kit';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The open invitation of a person, without its token. */
@Entity('invitation')
export class InvitationEntity {
  @PrimaryColumn('uuid')
  personId!: string;

  @Column('bytea')
  tokenSha256!: Buffer;

  @Column({ type: 'timestamptz', transformer: instant })
  expiresAt!: number;
}

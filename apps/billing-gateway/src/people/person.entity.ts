import type { PersonBody } from '@latchkey/contracts';
import { Column, Entity } from 'typeorm';
import { AggregateEntity } from '../aggregates/aggregate.entity.ts';

@Entity('person')
export class PersonEntity extends AggregateEntity {
  @Column({ type: 'text', nullable: true })
  givenName!: string | null;

  @Column({ type: 'text', nullable: true })
  familyName!: string | null;

  /** As it was written; unique in any case of letters. */
  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column('boolean')
  isEmailVerified!: boolean;

  @Column('int')
  contactVersion!: number;

  @Column('uuid', { array: true })
  administratorOf!: string[];

  @Column('uuid', { array: true })
  memberOf!: string[];

  /** Locations where it was invited to a booking without being a member. */
  @Column('uuid', { array: true })
  inviteeOf!: string[];
}

export function personBodyOf(row: PersonEntity): PersonBody {
  return {
    id: row.id,
    version: row.version,
    givenName: row.givenName ?? '',
    familyName: row.familyName ?? '',
    email: row.email ?? '',
    isEmailVerified: row.isEmailVerified,
    administratorOf: row.administratorOf,
    memberOf: row.memberOf,
    contactVersion: row.contactVersion,
  };
}

/** Every location that knows the person. */
export function locationsOf({ administratorOf, memberOf, inviteeOf }: PersonEntity): string[] {
  return [...new Set([...administratorOf, ...memberOf, ...inviteeOf])];
}

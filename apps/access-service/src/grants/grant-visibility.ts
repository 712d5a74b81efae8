import type { Entitlement } from '@latchkey/access-domain';
import { mayAdminister, notFound, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { GrantScope } from './grant.repository.ts';

/** The locations whose grants a caller may see and retry; `*` for a program that is for all of them. */
export function administeredBy(caller: Caller): readonly string[] | '*' {
  switch (caller.kind) {
    case 'person':
      return caller.administratorOf;
    case 'service':
      return caller.locations;
    case 'unbound':
      return [];
  }
}

export function isMember(caller: Caller, memberId: string): boolean {
  return caller.kind === 'person' && caller.personId === memberId;
}

/** Decides which grants a caller hears of: a member of its own, an administrator of its locations' (S10.1). */
@Injectable()
export class GrantVisibility {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws Problem 404 `person_not_found` to those who have no business with the person, also where there is none */
  async ofMember(caller: Caller, memberId: string): Promise<GrantScope> {
    if (isMember(caller, memberId)) return { locationIds: '*', memberId };
    const places: { location_id: string }[] = await this.dataSource.query(
      `SELECT unnest(member_of || administrator_of) AS location_id FROM person WHERE id = $1 AND deleted_at IS NULL
       UNION SELECT location_id FROM grant_row WHERE member_id = $1`,
      [memberId],
    );
    if (!places.some((place) => mayAdminister(caller, place.location_id))) throw notFound('person', memberId);
    return { locationIds: administeredBy(caller), memberId };
  }

  /** A member sees its own part of what concerns others too. @throws Problem 404 `<kind>_not_found` to all others */
  async ofEntitlement(caller: Caller, entitlement: Entitlement): Promise<GrantScope> {
    const concerned: { location_id: string; member_ids: string[] }[] = await this.dataSource.query(
      `SELECT location_id, array_agg(person_id::text) AS member_ids FROM (${CONCERNED}) AS concerned GROUP BY location_id`,
      [entitlement.kind, entitlement.id],
    );
    if (concerned.some((place) => mayAdminister(caller, place.location_id))) {
      return { locationIds: administeredBy(caller), entitlement };
    }
    if (concerned.some(({ member_ids: ids }) => ids.some((id) => isMember(caller, id)))) {
      return { locationIds: '*', entitlement, memberId: caller.kind === 'person' ? caller.personId : undefined };
    }
    throw notFound(entitlement.kind, entitlement.id);
  }
}

/** Where an entitlement is, and whom it concerns or concerned. */
const CONCERNED = `
  SELECT location_id, owner_id AS person_id FROM booking WHERE $1 = 'booking' AND id = $2 AND deleted_at IS NULL
  UNION SELECT location_id, person_id FROM booking JOIN booking_person ON booking_id = booking.id
    WHERE $1 = 'booking' AND booking.id = $2 AND deleted_at IS NULL
  UNION SELECT location_id, person_id FROM subscription WHERE $1 = 'subscription' AND id = $2 AND deleted_at IS NULL
  UNION SELECT subscription.location_id, company_person.person_id FROM subscription JOIN company_person USING (company_id)
    WHERE $1 = 'subscription' AND subscription.id = $2 AND deleted_at IS NULL
  UNION SELECT location_id, member_id FROM grant_row WHERE entitlement_kind = $1 AND entitlement_id = $2`;

import { conflict, mayAdminister, notFound, type Caller } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dateAt } from '../calendar.ts';
import { selfOf } from '../callers/visibility.ts';
import { roleIn } from '../companies/company-people.ts';
import type { CompanyEntity } from '../companies/company.entity.ts';
import { CompanyRepository } from '../companies/company.repository.ts';
import { DayPassRepository } from '../day-passes/day-pass.repository.ts';
import type { ResourceEntity } from '../resources/resource.entity.ts';
import { requireBookable } from './bookability.ts';
import { requireOneDay, requireRoomFor, takesMore } from './booking-rules.ts';
import type { Slot } from './booking-slot.ts';

/** Whom a booking lets in, and what pays for it. */
export interface BookingParty {
  readonly ownerId: string;
  readonly inviteeIds: readonly string[];
  readonly companyId: string | null;
  readonly dayPassBatchId: string | null;
}

/** What a booking has so far. */
export interface PresentPlace extends Slot {
  readonly resourceId: string;
}

/** Decides whether a booking may have a resource for a time. Whether that is free is the occupancy's to say. */
@Injectable()
export class BookingPlacing {
  constructor(
    private readonly companies: CompanyRepository,
    private readonly dayPasses: DayPassRepository,
  ) {}

  /** The company that is to pay with a day pass. @throws Problem 404 to those who do not belong to it */
  async findPayer(em: EntityManager, caller: Caller, companyId: string): Promise<CompanyEntity> {
    const company = await this.companies.find(em, companyId);
    const belongs = roleIn(company, selfOf(caller) ?? '') !== undefined;
    if (!belongs && !mayAdminister(caller, company.locationId)) throw notFound('company', companyId);
    return company;
  }

  /** Locks the company: it pays for its own people only. @throws Problem 409 `owner_not_of_company` */
  async lockPayer(em: EntityManager, companyId: string, ownerId: string): Promise<void> {
    const company = await this.companies.lock(em, companyId, 'share');
    if (roleIn(company, ownerId) !== undefined) return;
    const detail = `Person ${ownerId} does not belong to company ${companyId}.`;
    throw conflict('owner_not_of_company', detail, 'Let it join the company first, or book without a day pass.');
  }

  /**
   * @param present where the booking is now; what it keeps of that is not judged again
   * @returns the batch of the day pass that pays for it, null without one
   * @throws Problem 409 `resource_not_bookable`, those of `requireRoomFor`, and those of a day pass
   */
  async admit(
    em: EntityManager,
    party: BookingParty,
    resource: ResourceEntity,
    slot: Slot,
    now: number,
    present?: PresentPlace,
  ): Promise<string | null> {
    const isElsewhere = present?.resourceId !== resource.id;
    if (isElsewhere || takesMore(present, slot)) {
      const day = dateAt(slot.startsAt, slot.timeZone);
      const booker = { personId: party.ownerId, day, paysWithDayPass: party.companyId !== null };
      await requireBookable(em, resource, booker);
    }
    if (isElsewhere) requireRoomFor(party.inviteeIds, party.ownerId, resource);
    if (party.companyId === null) return null;
    await this.#requireDeskOf(em, party.companyId, resource);
    return this.#passFor(em, party.companyId, party.dayPassBatchId, slot, now, present);
  }

  /** One pass, one desk (S9.1). */
  async #requireDeskOf(em: EntityManager, companyId: string, resource: ResourceEntity): Promise<void> {
    if (resource.kind !== 'desk') {
      const detail = `A day pass pays for a desk, and this is of kind ${resource.kind}.`;
      throw conflict('day_pass_desk_only', detail, 'Choose a desk, or book without a day pass.');
    }
    const { locationId } = await this.companies.find(em, companyId);
    if (locationId === resource.locationId) return;
    throw conflict('day_pass_elsewhere', 'The company belongs to another location.', 'Choose a desk of that location.');
  }

  /** One day: on the same day the booking keeps its pass, on another one as long as it has not been used (S9.2). */
  async #passFor(
    em: EntityManager,
    companyId: string,
    kept: string | null,
    slot: Slot,
    now: number,
    present: PresentPlace | undefined,
  ): Promise<string> {
    const day = requireOneDay(slot);
    if (present === undefined || kept === null) return this.dayPasses.take(em, companyId, day);
    if (dateAt(present.startsAt, present.timeZone) === day) return kept;
    if (present.startsAt > now) return this.dayPasses.take(em, companyId, day, kept);
    const remedy = 'Choose a time on the same day, or make another booking with another pass.';
    throw conflict('day_pass_used', 'The booking has begun, so its day pass is used.', remedy);
  }
}

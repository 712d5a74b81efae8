import type {
  BookingBody,
  CompanyBody,
  DayPassBatchBody,
  InvitationBody,
  LocationBody,
  MeBody,
  NewBooking,
  NewDayPassBatch,
  NewSubscription,
  PersonBody,
  PlanBody,
  ResourceBody,
  SubscriptionBody,
  newResource,
} from '@latchkey/contracts';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { bodyOf, type ApiClient } from '@latchkey/test-kit';
import type { GatewayStage } from './gateway-stage.ts';

/** Somebody with a sign-in. */
export interface Actor {
  readonly person: PersonBody;
  readonly client: ApiClient;
}

/** Fills a gateway through its own API. */
export class Cast {
  constructor(private readonly stage: GatewayStage) {}

  async location(fields: Partial<LocationBody> = {}): Promise<LocationBody> {
    const body = { name: 'Canal', timeZone: 'Europe/Paris', ...fields };
    return bodyOf(await this.stage.root.post<LocationBody>('/v1/locations', body));
  }

  async person(fields: Partial<PersonBody>): Promise<PersonBody> {
    const body = { givenName: 'Ada', familyName: 'Byron', email: `${randomUUID()}@example.org`, ...fields };
    return bodyOf(await this.stage.root.post<PersonBody>('/v1/people', body));
  }

  /** A person who signs in, bound by an invitation. */
  async actor(fields: Partial<PersonBody>): Promise<Actor> {
    const made = await this.person(fields);
    const { token } = bodyOf(await this.stage.root.post<InvitationBody>(`/v1/people/${made.id}/invitations`, {}));
    const client = this.stage.client(await this.stage.issuer.token({ sub: randomUUID() }));
    const { person } = bodyOf(await client.post<MeBody>('/v1/me/account', { invitationToken: token }));
    return { person, client };
  }

  member(locationId: string): Promise<Actor> {
    return this.actor({ memberOf: [locationId] });
  }

  administrator(locationId: string): Promise<Actor> {
    return this.actor({ administratorOf: [locationId] });
  }

  async plan(locationId: string, fields: Partial<PlanBody> = {}): Promise<PlanBody> {
    return bodyOf(await this.stage.root.post<PlanBody>('/v1/plans', { locationId, name: 'Hot desk', ...fields }));
  }

  async resource(locationId: string, fields: Partial<z.input<typeof newResource>> = {}): Promise<ResourceBody> {
    const body = { locationId, kind: 'office', name: 'Office 1', capacity: 4, ...fields };
    return bodyOf(await this.stage.root.post<ResourceBody>('/v1/resources', body));
  }

  /** A company with these people. */
  async company(
    locationId: string,
    people: { readonly managerIds?: string[]; readonly memberIds?: string[] } = {},
  ): Promise<CompanyBody> {
    let company = bodyOf(await this.stage.root.post<CompanyBody>('/v1/companies', { locationId, name: 'Initech' }));
    const { managerIds = [], memberIds = [] } = people;
    for (const [role, ids] of [
      ['manager', managerIds],
      ['member', memberIds],
    ] as const) {
      for (const id of ids) {
        const path = `/v1/companies/${company.id}/people/${id}`;
        company = bodyOf(await this.stage.root.put<CompanyBody>(path, { role }, company.version));
      }
    }
    return company;
  }

  async subscription(
    fields: Pick<NewSubscription, 'locationId' | 'holder' | 'items'> & Partial<NewSubscription>,
  ): Promise<SubscriptionBody> {
    return bodyOf(
      await this.stage.root.post<SubscriptionBody>('/v1/subscriptions', { startOn: '2026-03-01', ...fields }),
    );
  }

  /** A booking of 1 March 2027, 12:00–13:00, unless given otherwise. */
  async booking(resourceId: string, ownerId: string, fields: Partial<NewBooking> = {}): Promise<BookingBody> {
    const noon = { startsLocal: '2027-03-01T12:00', endsLocal: '2027-03-01T13:00' };
    return bodyOf(await this.stage.root.post<BookingBody>('/v1/bookings', { resourceId, ownerId, ...noon, ...fields }));
  }

  async dayPasses(companyId: string, fields: Partial<NewDayPassBatch> = {}): Promise<DayPassBatchBody> {
    const path = `/v1/companies/${companyId}/day-passes`;
    return bodyOf(await this.stage.root.post<DayPassBatchBody>(path, { count: 1, ...fields }));
  }
}

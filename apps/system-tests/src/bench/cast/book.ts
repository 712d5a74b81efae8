import { randomUUID } from 'node:crypto';
import type { BookingBody } from '@latchkey/contracts';
import { ApiClient, bodyOf } from '@latchkey/test-kit';
import type { System } from '../../system/system.ts';
import { inLanes } from './in-lanes.ts';
import type { Seat } from './cast.ts';

/** A booking, as whoever made it saw it. Instants are epoch ms. */
export interface Booked {
  readonly booking: BookingBody;
  /** By which it is found again at Salto. */
  readonly traceId: string;
  readonly sentAt: number;
  readonly answeredAt: number;
}

const LANES = 6;

/** Books the seat's desk for its person. */
export async function book(system: System, { person, desk }: Seat, startsAt: number, endsAt: number): Promise<Booked> {
  const url = system.endpoints.services['billing-gateway'] ?? '';
  const client = new ApiClient(url, await system.token('operator'));
  const times = { startsAt: new Date(startsAt).toISOString(), endsAt: new Date(endsAt).toISOString() };
  const sentAt = Date.now();
  const body = { resourceId: desk.id, ownerId: person.id, ...times };
  const answer = await client.post<BookingBody>('/v1/bookings', body, { key: randomUUID() });
  const answeredAt = Date.now();
  const traceId = answer.headers.get('traceparent')?.split('-')[1] ?? '';
  return { booking: bodyOf(answer), traceId, sentAt, answeredAt };
}

/** The same hours for all of them. */
export function bookAll(system: System, seats: readonly Seat[], startsAt: number, endsAt: number): Promise<Booked[]> {
  return inLanes(seats, LANES, (seat) => book(system, seat, startsAt, endsAt));
}

/** Cancels all of them. */
export async function cancelAll(system: System, booked: readonly Booked[]): Promise<void> {
  const billing = system.billing('operator');
  await inLanes(booked, LANES, ({ booking: { id, version } }) =>
    billing.post(`/v1/bookings/${id}/cancel`, {}, { version }),
  );
}

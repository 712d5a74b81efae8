import { randomUUID } from 'node:crypto';
import type { BookingBody, PersonBody, ResourceBody } from '@latchkey/contracts';
import { becomes, HOUR_MS, iso, type Lab } from './lab.ts';
import { surely } from './surely.ts';

/**
 * A member with two desks that an access group of its own opens: whatever is done to that group is done for this member.
 * Its calls are repeated until they are answered.
 */
export class Seat {
  readonly person: PersonBody;
  readonly groupId: string;
  readonly #lab: Lab;
  readonly #desks: readonly ResourceBody[];
  #bookings: BookingBody[] = [];

  private constructor(lab: Lab, person: PersonBody, groupId: string, desks: readonly ResourceBody[]) {
    this.#lab = lab;
    this.person = person;
    this.groupId = groupId;
    this.#desks = desks;
  }

  static async make(lab: Lab, name: string, groupId: string): Promise<Seat> {
    const [person, ...desks] = await Promise.all([lab.person(name), lab.resource(groupId), lab.resource(groupId)]);
    return new Seat(lab, person, groupId, desks);
  }

  /** Books its first desk, or the second when it has a booking already. */
  async book(startsAt = Date.now(), endsAt = startsAt + HOUR_MS): Promise<void> {
    const { operator } = this.#lab;
    const resourceId = this.#desks[this.#bookings.length]?.id;
    const body = { resourceId, ownerId: this.person.id, startsAt: iso(startsAt), endsAt: iso(endsAt) };
    const key = randomUUID();
    this.#bookings.push(await surely(() => operator.post<BookingBody>('/v1/bookings', body, { key })));
  }

  /** Gives its first booking another time. An edit has no key: who repeats it looks first whether it was done. */
  async edit(times: { startsAt?: string; endsAt: string }): Promise<void> {
    const { id } = this.#first();
    await surely(async () => {
      const booking = await this.#lab.operator.get<BookingBody>(`/v1/bookings/${id}`);
      const isDone = Date.parse(booking.endsAt) === Date.parse(times.endsAt);
      if (!isDone) await this.#lab.operator.patch(`/v1/bookings/${id}`, times, { version: booking.version });
    });
  }

  async cancel(): Promise<void> {
    const { id, version } = this.#first();
    const key = randomUUID();
    await surely(() => this.#lab.operator.post(`/v1/bookings/${id}/cancel`, {}, { version, key }));
  }

  /** The status of each of its bookings' grants, in the order in which they were made. */
  async statuses(): Promise<(string | undefined)[]> {
    return Promise.all(this.#bookings.map(async ({ id }) => (await this.#lab.grants(id))[0]?.status));
  }

  /** How many bookings the gateway knows of it, cancelled ones included. */
  async bookingsKnown(): Promise<number> {
    const known = await this.#lab.operator.list<BookingBody>(`/v1/bookings?ownerId=${this.person.id}`);
    const since = this.#bookings[0]?.madeAt ?? iso(Date.now());
    return known.filter(({ madeAt }) => madeAt >= since).length;
  }

  /** Ends what is left, and waits until the member is out of the group. */
  async clear(): Promise<void> {
    await Promise.all(this.#bookings.map((booking) => surely(() => this.#end(booking))));
    await this.#lab.holds(this.groupId, []);
    this.#bookings = [];
  }

  async #end({ id }: BookingBody): Promise<void> {
    const { version, cancelledAt, endsAt } = await this.#lab.operator.get<BookingBody>(`/v1/bookings/${id}`);
    const isOver = cancelledAt !== null || Date.parse(endsAt) <= Date.now();
    if (!isOver) await this.#lab.operator.post(`/v1/bookings/${id}/cancel`, {}, { version });
    // Of access that never opened nothing is left when it is cancelled.
    await becomes(async () =>
      expect(['ended', 'missed']).toEqual(expect.arrayContaining(await this.#lab.statuses(id))),
    );
  }

  #first(): BookingBody {
    const [booking] = this.#bookings;
    if (booking === undefined) throw new Error('nothing is booked');
    return booking;
  }
}

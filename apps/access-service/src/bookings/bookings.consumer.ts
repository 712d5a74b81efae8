import { bookingEvents } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockForReading } from '../facts/fact-locks.ts';
import { handleEvent } from '../facts/handle-event.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { WakeupCause } from '../ledger/wakeups.ts';
import { saveBooking, saveDeletedBooking } from './booking.projection.ts';

/** What a booking is now decides, whichever event said so first: duplicates and stale ones wake its workflow too. */
@Controller()
export class BookingsConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
  ) {}

  @OnEvent(bookingEvents.changed)
  changed({ event: { data, version } }: Received<typeof bookingEvents.changed>): Promise<HandledAs> {
    const { id, locationId, resourceId, cancelledAt } = data;
    const why: WakeupCause =
      cancelledAt === null
        ? { signal: 'changed', cause: version === 1 ? 'booking made' : `booking changed (version ${version})` }
        : { signal: 'cancelled', cause: `booking cancelled (version ${version})` };
    return handleEvent(this.dataSource, async (em) => {
      await lockForReading(em, [
        { kind: 'location', id: locationId },
        { kind: 'setting', of: 'resource', id: resourceId },
      ]);
      const handled = await saveBooking(em, data, version);
      await this.ledger.entitlementChanged(em, { kind: 'booking', id }, why);
      return handled;
    });
  }

  @OnEvent(bookingEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof bookingEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    return handleEvent(this.dataSource, async (em) => {
      const handled = await saveDeletedBooking(em, { id, version }, deletedAt);
      await this.ledger.entitlementChanged(
        em,
        { kind: 'booking', id },
        { signal: 'cancelled', cause: 'booking deleted' },
      );
      return handled;
    });
  }
}

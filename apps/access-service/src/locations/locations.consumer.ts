import { locationEvents } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { lockForChange } from '../facts/fact-locks.ts';
import { handleEvent } from '../facts/handle-event.ts';
import { saveState, saveTombstone } from '../facts/save-fact.ts';
import { Ledger } from '../ledger/ledger.ts';

/** A location's zone and grace period move the windows of everything there. */
@Controller()
export class LocationsConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
  ) {}

  @OnEvent(locationEvents.changed)
  changed({ event: { data, version } }: Received<typeof locationEvents.changed>): Promise<HandledAs> {
    const columns = { time_zone: data.timeZone, grace_period_minutes: data.gracePeriodMinutes };
    return this.#change(data.id, 'changed', (em) => saveState(em, 'location', { id: data.id, version }, columns));
  }

  @OnEvent(locationEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof locationEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    return this.#change(id, 'deleted', (em) => saveTombstone(em, 'location', { id, version }, deletedAt));
  }

  #change(id: string, what: string, save: (em: EntityManager) => Promise<HandledAs>): Promise<HandledAs> {
    return handleEvent(this.dataSource, async (em) => {
      await lockForChange(em, { kind: 'location', id });
      const handled = await save(em);
      await this.ledger.locationChanged(em, id, { signal: 'changed', cause: `location ${id} ${what}` });
      return handled;
    });
  }
}

import { resourceEvents } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { handleEvent } from '../facts/handle-event.ts';
import { saveState, saveTombstone } from '../facts/save-fact.ts';

/** Resources are known for their settings; no access plan reads them, so nobody needs to look again. */
@Controller()
export class ResourcesConsumer {
  constructor(private readonly dataSource: DataSource) {}

  @OnEvent(resourceEvents.changed)
  changed({ event: { data, version } }: Received<typeof resourceEvents.changed>): Promise<HandledAs> {
    const { id, locationId, kind, capacity } = data;
    const columns = { location_id: locationId, kind, capacity };
    return handleEvent(this.dataSource, (em) => saveState(em, 'resource', { id, version }, columns));
  }

  @OnEvent(resourceEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof resourceEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    return handleEvent(this.dataSource, (em) => saveTombstone(em, 'resource', { id, version }, deletedAt));
  }
}

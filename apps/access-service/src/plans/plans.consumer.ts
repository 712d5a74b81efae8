import { planEvents } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { handleEvent } from '../facts/handle-event.ts';
import { saveState, saveTombstone } from '../facts/save-fact.ts';

/** Plans are known for their settings; no access plan reads them, so nobody needs to look again. */
@Controller()
export class PlansConsumer {
  constructor(private readonly dataSource: DataSource) {}

  @OnEvent(planEvents.changed)
  changed({ event: { data, version } }: Received<typeof planEvents.changed>): Promise<HandledAs> {
    const { id, locationId, isOpenToSignUp } = data;
    const columns = { location_id: locationId, is_open_to_sign_up: isOpenToSignUp };
    return handleEvent(this.dataSource, (em) => saveState(em, 'plan', { id, version }, columns));
  }

  @OnEvent(planEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof planEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    return handleEvent(this.dataSource, (em) => saveTombstone(em, 'plan', { id, version }, deletedAt));
  }
}

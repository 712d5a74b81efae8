import { personEvents } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { People } from './people.repository.ts';

/** Notes what `billing.customers.v1` says of people; names are not in it, and are fetched when they are needed. */
@Controller()
export class CustomersConsumer {
  constructor(private readonly people: People) {}

  @OnEvent(personEvents.changed)
  async changed({ event }: Received<typeof personEvents.changed>): Promise<HandledAs> {
    return (await this.people.changed(event.data, event.version)) ? undefined : 'stale';
  }

  @OnEvent(personEvents.deleted)
  async deleted({ event }: Received<typeof personEvents.deleted>): Promise<void> {
    await this.people.deleted(event.aggregateId, event.version);
  }
}

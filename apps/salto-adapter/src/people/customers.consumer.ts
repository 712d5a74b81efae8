import { personEvents } from '@latchkey/contracts';
import { inTransaction, OnEvent, Outbox, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import { tellNewerContact } from './newer-contacts.ts';
import { People } from './people.repository.ts';

/** Notes what `billing.customers.v1` says of people; names are not in it, and are fetched when they are needed. */
@Controller()
export class CustomersConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly people: People,
  ) {}

  @OnEvent(personEvents.changed)
  changed({ event }: Received<typeof personEvents.changed>): Promise<HandledAs> {
    return inTransaction(this.dataSource, async (em) => {
      if (!(await new People(queriesOf(em)).changed(event.data, event.version))) return 'stale';
      await tellNewerContact(em, this.outbox, event.aggregateId);
      return undefined;
    });
  }

  @OnEvent(personEvents.deleted)
  async deleted({ event }: Received<typeof personEvents.deleted>): Promise<void> {
    await this.people.deleted(event.aggregateId, event.version);
  }
}

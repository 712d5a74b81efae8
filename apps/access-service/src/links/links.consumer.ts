import { linkEvents } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { handleEvent } from '../facts/handle-event.ts';
import { Ledger } from '../ledger/ledger.ts';

/** A member may have its Salto user now, as an administrator or a newer contact says: what was blocked is tried again. */
@Controller()
export class LinksConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
  ) {}

  @OnEvent(linkEvents.changed)
  changed({ event: { data } }: Received<typeof linkEvents.changed>): Promise<HandledAs> {
    const { siteId, memberId, decision } = data;
    if (decision === 'refuse') return Promise.resolve(undefined);
    return handleEvent(this.dataSource, async (em) => {
      const news = decision === null ? 'contact has changed' : 'Salto user was confirmed';
      const cause = `member ${memberId}: its ${news}`;
      await this.ledger.blockedTriedAgain(em, { siteId, memberId }, { signal: 'changed', cause });
      return undefined;
    });
  }
}

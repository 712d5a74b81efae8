import { linkEvents } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { handleEvent } from '../facts/handle-event.ts';
import { Ledger } from '../ledger/ledger.ts';

/** An administrator has said that a Salto user is the member's: what was blocked for that is tried again. */
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
      const cause = `the Salto user of member ${memberId} was confirmed`;
      await this.ledger.blockedTriedAgain(em, { siteId, memberId }, { signal: 'changed', cause });
      return undefined;
    });
  }
}

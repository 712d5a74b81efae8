import { personEvents, type PersonState } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { handleEvent } from '../facts/handle-event.ts';
import { saveState, saveTombstone } from '../facts/save-fact.ts';

/** Who may call this service's API. A person's access follows from subscriptions and bookings, not from this. */
@Controller()
export class PeopleConsumer {
  constructor(private readonly dataSource: DataSource) {}

  @OnEvent(personEvents.changed)
  changed({ event: { data, version } }: Received<typeof personEvents.changed>): Promise<HandledAs> {
    const { id, administratorOf, memberOf, accounts } = data;
    return handleEvent(this.dataSource, async (em) => {
      const columns = { administrator_of: administratorOf, member_of: memberOf };
      const handled = await saveState(em, 'person', { id, version }, columns);
      if (handled === undefined) await replaceAccounts(em, id, accounts);
      return handled;
    });
  }

  @OnEvent(personEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof personEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    return handleEvent(this.dataSource, async (em) => {
      const handled = await saveTombstone(em, 'person', { id, version }, deletedAt);
      if (handled === undefined) await replaceAccounts(em, id, []);
      // Where somebody was is nobody's business any more.
      await em.query('DELETE FROM door_event WHERE member_id = $1', [id]);
      return handled;
    });
  }
}

/** An account that moved to another person is that person's, whichever event came first. */
async function replaceAccounts(em: EntityManager, personId: string, accounts: PersonState['accounts']): Promise<void> {
  await em.query('DELETE FROM person_account WHERE person_id = $1', [personId]);
  await em.query(
    `INSERT INTO person_account (issuer, subject, person_id) SELECT issuer, subject, $1
     FROM unnest($2::text[], $3::text[]) AS account(issuer, subject) ORDER BY issuer, subject
     ON CONFLICT (issuer, subject) DO UPDATE SET person_id = excluded.person_id`,
    [personId, accounts.map(({ issuer }) => issuer), accounts.map(({ subject }) => subject)],
  );
}

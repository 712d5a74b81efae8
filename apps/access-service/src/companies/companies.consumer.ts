import { companyEvents, type CompanyState } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { lockForChange } from '../facts/fact-locks.ts';
import { handleEvent } from '../facts/handle-event.ts';
import { saveState, saveTombstone } from '../facts/save-fact.ts';
import { Ledger } from '../ledger/ledger.ts';

type People = Pick<CompanyState, 'managerIds' | 'memberIds'>;

/** Who joins a company gets what its subscriptions give, who leaves loses it, at once (S3.4). */
@Controller()
export class CompaniesConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
  ) {}

  @OnEvent(companyEvents.changed)
  changed({ event: { data, version } }: Received<typeof companyEvents.changed>): Promise<HandledAs> {
    const { id, locationId } = data;
    return this.#change(id, data, (em) => saveState(em, 'company', { id, version }, { location_id: locationId }));
  }

  @OnEvent(companyEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof companyEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    const nobody: People = { managerIds: [], memberIds: [] };
    return this.#change(id, nobody, (em) => saveTombstone(em, 'company', { id, version }, deletedAt));
  }

  #change(id: string, people: People, save: (em: EntityManager) => Promise<HandledAs>): Promise<HandledAs> {
    return handleEvent(this.dataSource, async (em) => {
      await lockForChange(em, { kind: 'company', id });
      const handled = await save(em);
      if (handled === undefined) await replacePeople(em, id, people);
      await this.ledger.companyChanged(em, id, { signal: 'changed', cause: `people of company ${id} changed` });
      return handled;
    });
  }
}

async function replacePeople(em: EntityManager, companyId: string, { managerIds, memberIds }: People): Promise<void> {
  await em.query('DELETE FROM company_person WHERE company_id = $1', [companyId]);
  await em.query(
    `INSERT INTO company_person (company_id, person_id, is_manager)
     SELECT $1, person_id, bool_or(is_manager) FROM (
       SELECT unnest($2::uuid[]) AS person_id, true AS is_manager UNION ALL SELECT unnest($3::uuid[]), false
     ) AS people GROUP BY person_id`,
    [companyId, managerIds, memberIds],
  );
}

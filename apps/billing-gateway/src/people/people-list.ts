import { uuid } from '@latchkey/contracts';
import { pageQuery, type Caller, type Page } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { listAggregates } from '../aggregates/aggregate-list.ts';
import { administeredBy, selfOf } from '../callers/visibility.ts';
import { PersonEntity } from './person.entity.ts';

const emailText = z.string().max(254);
/** What an address takes. */
const EMAILS_AT_ONCE = 100;

export const peopleQuery = pageQuery.extend({
  locationId: uuid.optional(),
  companyId: uuid.optional(),
  /** Of these e-mails, in either case; repeat it for several. */
  email: z.union([emailText, z.array(emailText).max(EMAILS_AT_ONCE)]).optional(),
});
export type PeopleQuery = z.infer<typeof peopleQuery>;

const isKnownAt = (parameter: string) =>
  `(person.administratorOf && ${parameter} OR person.memberOf && ${parameter} OR person.inviteeOf && ${parameter})`;

/** People whom the caller may see: itself, its companies' as their manager, its locations' as their administrator. */
export function listPeople(em: EntityManager, query: PeopleQuery, caller: Caller): Promise<Page<PersonEntity>> {
  const administered = administeredBy(caller);
  const { locationId, companyId, email } = query;
  return listAggregates(em, PersonEntity, query, (people) => {
    if (administered !== '*') {
      const managed = `EXISTS (SELECT FROM company
        WHERE company.manager_ids @> ARRAY[:self]::uuid[] AND person.id = ANY (company.manager_ids || company.member_ids))`;
      people.andWhere(`(person.id = :self OR ${isKnownAt('CAST(:administered AS uuid[])')} OR ${managed})`, {
        administered,
        self: selfOf(caller) ?? null,
      });
    }
    if (locationId !== undefined) people.andWhere(isKnownAt('ARRAY[:locationId]::uuid[]'), { locationId });
    if (companyId !== undefined) {
      const belongs = `EXISTS (SELECT FROM company
        WHERE company.id = :companyId AND person.id = ANY (company.manager_ids || company.member_ids))`;
      people.andWhere(belongs, { companyId });
    }
    if (email !== undefined) {
      people.andWhere('lower(person.email) = ANY (ARRAY(SELECT lower(unnest(CAST(:emails AS text[])))))', {
        emails: [email].flat(),
      });
    }
  });
}

import { z } from 'zod';
import { uuid } from '../values.ts';
import { aggregateBody, displayName, edit, pageOf } from './common.ts';

export const newCompany = z.strictObject({ locationId: uuid, name: displayName }).meta({ id: 'NewCompany' });
export type NewCompany = z.infer<typeof newCompany>;

export const companyEdit = edit({ name: displayName }).meta({ id: 'CompanyEdit' });
export type CompanyEdit = z.infer<typeof companyEdit>;

export const companyBody = z
  .object({
    ...aggregateBody,
    locationId: uuid,
    name: z.string(),
    managerIds: z.array(uuid),
    memberIds: z.array(uuid),
  })
  .meta({ id: 'Company' });
export type CompanyBody = z.infer<typeof companyBody>;
export const companyPage = pageOf(companyBody, 'CompanyPage');

export const companyRole = z.enum(['manager', 'member']);
export type CompanyRole = z.infer<typeof companyRole>;

/** What somebody is in the company: joining, or changing between manager and member. */
export const companyPerson = z.strictObject({ role: companyRole }).meta({ id: 'CompanyPerson' });
export type CompanyPerson = z.infer<typeof companyPerson>;

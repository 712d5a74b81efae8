import type { CompanyRole } from '@latchkey/contracts';

interface CompanyPeople {
  managerIds: string[];
  memberIds: string[];
}

/** What somebody is in the company; undefined for one who does not belong to it. */
export function roleIn({ managerIds, memberIds }: CompanyPeople, personId: string): CompanyRole | undefined {
  if (managerIds.includes(personId)) return 'manager';
  return memberIds.includes(personId) ? 'member' : undefined;
}

/** Lets somebody leave; without effect on one who does not belong to it. */
export function withoutPerson<Company extends CompanyPeople>(company: Company, personId: string): Company {
  company.managerIds = company.managerIds.filter((id) => id !== personId);
  company.memberIds = company.memberIds.filter((id) => id !== personId);
  return company;
}

/** Lets somebody join, or changes what it is. */
export function withPerson<Company extends CompanyPeople>(
  company: Company,
  personId: string,
  role: CompanyRole,
): Company {
  withoutPerson(company, personId);
  (role === 'manager' ? company.managerIds : company.memberIds).push(personId);
  return company;
}

import type { Queries } from '../database/queries.ts';

/** A location's side of a site, which others may share. */
export interface LocationSite {
  readonly siteId: string;
  readonly locationId: string;
}

/** SQL: the location knows the person, as its administrator, member or invitee. */
const knows = (locationId: string) =>
  `${locationId} = ANY(person.administrator_of || person.member_of || person.invitee_of)`;

/** SQL: the location knows the member: what is shown of it by name is shown there alone. */
export const isKnownAt = (memberId: string, locationId: string) =>
  `EXISTS (SELECT FROM person WHERE person.member_id = ${memberId} AND ${knows(locationId)})`;

/**
 * SQL: the member is another location's: one that shares the site knows it, and this location does not. Whom none of them
 * knows, as a deleted person whose user is still there, is nobody's: any of them may see to it.
 */
export const isOfOthers = (memberId: string, siteId: string, locationId: string) => `(
  NOT ${isKnownAt(memberId, locationId)} AND EXISTS (
    SELECT FROM person JOIN connection ON ${knows('connection.location_id')}
     WHERE person.member_id = ${memberId} AND connection.site_id = ${siteId} AND connection.status <> 'disconnected'))`;

/** Which of these members are other locations' at the site. */
export async function membersOfOthers(
  database: Queries,
  { siteId, locationId }: LocationSite,
  memberIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ memberId: string }>(
    `SELECT asked AS "memberId" FROM unnest($3::uuid[]) AS asked WHERE ${isOfOthers('asked', '$1', '$2')}`,
    [siteId, locationId, memberIds],
  );
  return new Set(rows.map(({ memberId }) => memberId));
}

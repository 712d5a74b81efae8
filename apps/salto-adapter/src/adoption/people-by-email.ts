import { unavailable } from '@latchkey/service-kit';
import { AttemptError } from '../access/failures.ts';
import type { Queries } from '../database/queries.ts';
import { EMAILS_AT_ONCE, type GatewayClient } from '../people/gateway.client.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import type { PersonByEmail } from './matching.ts';

const RETRY_AFTER_SECONDS = 10;

interface Standing {
  readonly memberId: string;
  readonly hasUser: boolean;
  readonly refusedUserId: string | null;
}

/**
 * Finds the people of a location that have the e-mails of Salto users.
 * @returns them by the users' platform ids
 * @throws Problem 503 `billing_gateway_unavailable`
 */
export async function findPeople(
  gateway: GatewayClient,
  database: Queries,
  { siteId, locationId, users }: { siteId: string; locationId: string; users: readonly SiteUserAnswer[] },
): Promise<ReadonlyMap<string, PersonByEmail>> {
  const emails = [...new Set(users.flatMap(({ user }) => (user.email ? [user.email.toLowerCase()] : [])))];
  const people = [];
  for (let from = 0; from < emails.length; from += EMAILS_AT_ONCE) {
    people.push(...(await asked(gateway.peopleByEmail(locationId, emails.slice(from, from + EMAILS_AT_ONCE)))));
  }
  const standings = await standingsOf(
    database,
    siteId,
    people.map(({ id }) => id),
  );
  const byEmail = new Map(people.map((person) => [person.email.toLowerCase(), person]));
  return new Map(
    users.flatMap(({ user }) => {
      const person = byEmail.get((user.email ?? '').toLowerCase());
      if (person === undefined) return [];
      const { id: memberId, isEmailVerified, contactVersion } = person;
      const standing = standings.get(memberId);
      const found: PersonByEmail = {
        ...{ memberId, isEmailVerified, contactVersion },
        hasAnotherUser: standing?.hasUser ?? false,
        isRefused: standing?.refusedUserId === user.id,
      };
      return [[user.id, found] as const];
    }),
  );
}

async function standingsOf(
  database: Queries,
  siteId: string,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const rows = await database.query<Standing>(
    `SELECT asked.member_id AS "memberId", linked.member_id IS NOT NULL AS "hasUser",
            refused.platform_id AS "refusedUserId"
       FROM unnest($2::uuid[]) AS asked(member_id)
       LEFT JOIN salto_user AS linked ON linked.site_id = $1 AND linked.member_id = asked.member_id
       LEFT JOIN link_proposal AS refused ON refused.site_id = $1 AND refused.member_id = asked.member_id
        AND refused.decision = 'refuse'`,
    [siteId, memberIds],
  );
  return new Map(rows.map((row) => [row.memberId, row]));
}

async function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof AttemptError)) throw error;
    const detail = 'The billing gateway does not answer just now, so nobody can be matched.';
    throw unavailable('billing_gateway_unavailable', detail, RETRY_AFTER_SECONDS, error);
  }
}

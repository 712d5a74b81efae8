import type { GroupMembership, GroupPerson } from '@latchkey/contracts';
import { notFound } from '@latchkey/service-kit';
import type { Connection } from '../connections/connection.repository.ts';
import type { Connections } from '../connections/connections.ts';
import type { Queries } from '../database/queries.ts';
import type { GatewayClient } from '../people/gateway.client.ts';
import { membersOfOthers } from '../people/own-people.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import { linkedMembers, type LinkedMember } from '../site-checks/memberships.ts';
import { readDecisions } from './adoption-rows.ts';
import { matchOf, type PersonByEmail } from './matching.ts';
import { findPeople } from './people-by-email.ts';

export interface GroupPeopleParts {
  readonly connections: Connections;
  readonly gateway: GatewayClient;
  readonly database: Queries;
}

/** Somebody in a group, with what linking it needs. */
export interface FoundPerson extends GroupPerson {
  readonly user: SiteUserAnswer | undefined;
  readonly person: PersonByEmail | undefined;
}

/** Who is in an access group, whose the memberships are, and whose the users. Names and e-mails are stored nowhere. */
export class GroupPeople {
  readonly #parts: GroupPeopleParts;

  constructor(parts: GroupPeopleParts) {
    this.#parts = parts;
  }

  /**
   * Everybody in the group, in Salto's order.
   * @throws Problem 404 `access_group_not_found`, 503 `billing_gateway_unavailable`; SaltoKsError; AttemptError
   */
  async read(connection: Connection, groupId: string): Promise<FoundPerson[]> {
    const { connections, gateway, database } = this.#parts;
    const { siteId, locationId } = connection;
    const site = connections.siteOf(connection);
    const ids = [...(await orNoGroup(groupId, site.groupMembers(groupId)))];
    if (ids.length === 0) return [];
    const inGroup = new Set(ids);
    const users = (await site.users()).filter(({ user }) => inGroup.has(user.id));
    const people = await findPeople(gateway, database, { siteId, locationId, users });
    const links = await linkedMembers(database, siteId, groupId, ids);
    const others = await membersOfOthers(
      database,
      connection,
      links.map(({ memberId }) => memberId),
    );
    const decisions = await readDecisions(database, siteId, groupId);
    const usersById = new Map(users.map((user) => [user.user.id, user]));
    const linksById = new Map(links.map((link) => [link.platformId, link]));
    return ids.map((id) => {
      const [user, link, person] = [usersById.get(id), linksById.get(id), people.get(id)];
      const isOfOthers = link !== undefined && others.has(link.memberId);
      const matched = matchOf({ user, person, linkedTo: link?.memberId, isOfOthers });
      return {
        ...shown(id, user),
        ...(isOfOthers && { alias: null, email: null }),
        membership: membershipOf(link, decisions.get(id)),
        ...matched,
        user,
        person,
      };
    });
  }
}

function shown(saltoUserId: string, user: SiteUserAnswer | undefined) {
  return {
    saltoUserId,
    alias: user?.alias ?? null,
    email: user?.user.email ?? null,
    roles: user?.roles.map(({ code }) => code) ?? [],
    subscriptionState: user?.subscription_state ?? null,
    isBlocked: user?.blocked ?? false,
    expiresAt: instantOf(user?.expires_at),
  };
}

function instantOf(text: string | null | undefined): string | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

function membershipOf(link: LinkedMember | undefined, decision: 'adopt' | 'leave' | undefined): GroupMembership {
  if (link?.isOurs) return decision === 'adopt' ? 'adopted' : 'ours';
  return decision === 'leave' ? 'left' : 'foreign';
}

async function orNoGroup<Answer>(groupId: string, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof SaltoKsError && error.code === 'group_missing') throw notFound('access_group', groupId);
    throw error;
  }
}

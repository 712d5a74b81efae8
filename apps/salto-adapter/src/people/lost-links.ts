import { AttemptError } from '../access/failures.ts';
import type { PairSession } from '../access/pair-lock.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';
import type { Contacts } from './contacts.ts';

/**
 * Which Salto user a member is whom this database has forgotten (it was restored from a backup), while the member's
 * membership of a group is known to be ours: the one with the member's e-mail that is in the group.
 * @returns undefined where nobody is left in the groups who could be the member
 * @throws AttemptError `user_link_lost` where somebody is, and nobody knows whether it is the member; SaltoKsError
 */
export async function findLost(
  session: PairSession,
  site: SaltoKsSite,
  contacts: Contacts,
  groupIds: readonly string[],
): Promise<SiteUserAnswer | undefined> {
  const candidates = await withoutLink(session, await membersOf(site, groupIds));
  if (candidates.size === 0) return undefined;
  const email = await emailOf(contacts, session.pair.memberId);
  const found = email === null ? undefined : await site.userByEmail(email);
  if (found === undefined) throw new AttemptError('user_link_lost', 'later', 'the group has members of unknown origin');
  return candidates.has(found.user.id) ? found : undefined;
}

async function membersOf(site: SaltoKsSite, groupIds: readonly string[]): Promise<Set<string>> {
  const members = new Set<string>();
  for (const groupId of groupIds) {
    try {
      for (const platformId of await site.groupMembers(groupId)) members.add(platformId);
    } catch (error) {
      if (!(error instanceof SaltoKsError) || error.code !== 'group_missing') throw error;
    }
  }
  return members;
}

/** Those that are no other member's. */
async function withoutLink(session: PairSession, platformIds: ReadonlySet<string>): Promise<Set<string>> {
  const linked = await session.query<{ platformId: string }>(
    'SELECT platform_id AS "platformId" FROM salto_user WHERE site_id = $1 AND platform_id = ANY($2::text[])',
    [session.pair.siteId, [...platformIds]],
  );
  const known = new Set(linked.map(({ platformId }) => platformId));
  return new Set([...platformIds].filter((platformId) => !known.has(platformId)));
}

/** Null where there is none, also any more. */
async function emailOf(contacts: Contacts, memberId: string): Promise<string | null> {
  try {
    return (await contacts.of(memberId)).email;
  } catch (error) {
    if (error instanceof AttemptError && error.code === 'person_missing') return null;
    throw error;
  }
}

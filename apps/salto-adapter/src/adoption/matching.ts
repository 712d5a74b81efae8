import type { AdoptionObstacle, GroupPerson } from '@latchkey/contracts';
import { LINKABLE_ROLES } from '../people/salto-users.ts';
import type { SiteUserAnswer } from '../salto-ks/salto-ks.schemas.ts';

/** What is known of a user in a group, when it is asked whose it is. */
export interface Evidence {
  /** As the site lists it; undefined where it does not. */
  readonly user: SiteUserAnswer | undefined;
  /** The member that it is linked to. */
  readonly linkedTo: string | undefined;
  /** That member is another location's, at a site that is shared. */
  readonly isOfOthers?: boolean;
  /** The person of the location that has the user's e-mail in billing. */
  readonly person: PersonByEmail | undefined;
}

export interface PersonByEmail {
  readonly memberId: string;
  readonly isEmailVerified: boolean;
  /** The gateway's `contactVersion`. */
  readonly contactVersion: number;
  /** It is linked to another user of the site. */
  readonly hasAnotherUser: boolean;
  /** An administrator has said that this user is not the member's. */
  readonly isRefused: boolean;
}

export type Matched = Pick<GroupPerson, 'match' | 'obstacle'>;

/** Whose a user is, and why it cannot be adopted: by its link, or by an e-mail that the member has proved to own. */
export function matchOf({ user, linkedTo, isOfOthers, person }: Evidence): Matched {
  if (isOfOthers) return { match: null, obstacle: 'of_another_location' };
  const match = linkedTo === undefined ? null : { memberId: linkedTo, isLinked: true };
  if (user === undefined) return { match, obstacle: 'user_unknown' };
  if (user.roles.length === 0) return { match, obstacle: 'role_unknown' };
  // Also of one that is linked: it may have been given the role since.
  if (!user.roles.every(({ code }) => LINKABLE_ROLES.has(code))) return { match, obstacle: 'role_above_user' };
  if (match !== null) return { match, obstacle: null };
  if (!user.user.email) return { match, obstacle: 'no_email' };
  const obstacle = obstacleOf(person);
  return obstacle === null && person !== undefined
    ? { match: { memberId: person.memberId, isLinked: false }, obstacle }
    : { match, obstacle };
}

function obstacleOf(person: PersonByEmail | undefined): AdoptionObstacle | null {
  if (person === undefined) return 'no_person_with_this_email';
  if (!person.isEmailVerified) return 'email_not_verified';
  if (person.hasAnotherUser) return 'member_has_another_user';
  return person.isRefused ? 'link_refused' : null;
}

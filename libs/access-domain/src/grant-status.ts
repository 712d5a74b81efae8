import { type Grant, isOpen } from './grant.ts';

/** What people are told about a grant. */
export type GrantStatus =
  | 'scheduled'
  | 'granting'
  | 'active'
  | 'retrying'
  | 'blocked'
  | 'revoking'
  | 'ended'
  | 'missed'
  | 'stopped'
  | 'left_open';

/** What is known of the newest revision of the member at the site. */
export interface RevisionStatus {
  readonly isConfirmed: boolean;
  /** Its last attempt failed, and there will be another. */
  readonly isFailing: boolean;
  /** The groups that it could not and will not add. */
  readonly blockedGroupIds: ReadonlySet<string>;
}

/**
 * The grant after what is known of the newest revision, which already wants what is desired at `now` (epoch ms). Once it
 * is confirmed, what is revoking has ended, and what is open and not blocked is granted (at `verifiedAt`, epoch ms).
 */
export function settleGrant(grant: Grant, revision: RevisionStatus, verifiedAt: number, now: number): Grant {
  if (!revision.isConfirmed || !isOpen(grant)) return grant;
  if (grant.phase === 'revoking') return { ...grant, phase: 'ended' };
  if (revision.blockedGroupIds.has(grant.groupId)) return { ...grant, grantedAt: null };
  return grant.opensAt <= now ? markGranted(grant, verifiedAt) : grant;
}

/** Notes when Salto was first seen to have what is open; never before it was due. */
export function markGranted(grant: Grant, verifiedAt: number): Grant {
  if (grant.grantedAt !== null || grant.phase !== 'open') return grant;
  return { ...grant, grantedAt: Math.max(verifiedAt, grant.dueAt) };
}

/** The status at `now` (epoch ms). `missed`: the window passed without access, and nobody cut it short. */
export function grantStatus(grant: Grant, revision: RevisionStatus, now: number): GrantStatus {
  switch (grant.phase) {
    case 'left_open':
      return 'left_open';
    case 'revoking':
      return 'revoking';
    case 'ended':
      return grant.grantedAt === null && grant.dueBy === 'clock' ? 'missed' : 'ended';
    case 'open':
      if (grant.opensAt > now) return 'scheduled';
      if (revision.blockedGroupIds.has(grant.groupId)) return 'blocked';
      if (grant.grantedAt !== null) return 'active';
      return revision.isFailing ? 'retrying' : 'granting';
  }
}

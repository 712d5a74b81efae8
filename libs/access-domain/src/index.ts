export { bookingWindow, REPLACEMENT_WAIT_MS, subscriptionWindow, type AccessWindow } from './access-window.ts';
export { desiredGroups, JOIN_MS, type DesiredGroup, type GroupWindow } from './desired-groups.ts';
export {
  findDrift,
  membershipKey,
  removalLimit,
  type Drift,
  type DriftKind,
  type Membership,
  type ObservedMembership,
} from './drift.ts';
export type { Entitlement, EntitlementKind } from './entitlement.ts';
export { grantStatus, markGranted, settleGrant, type GrantStatus, type RevisionStatus } from './grant-status.ts';
export { isOpen, leaveGrantsOpen, refreshGrants, type Grant, type GrantPhase, type WantedGrant } from './grant.ts';
export { pacedAt, PREPARE_AHEAD_MS, prepareAt } from './pacing.ts';
export { retryDelay } from './retry-delay.ts';
export { compareRevisions, type Revision } from './revision.ts';
export { seatShortages, type SeatShortage, type SeatSupply, type SeatWindow } from './seat-shortages.ts';

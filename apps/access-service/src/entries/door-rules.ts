import type { EntryState } from '@latchkey/contracts';
import type { DoorWarning, GrantRecord } from '../ledger/grant-record.ts';

/** An entry of one of our members. Instants are epoch ms. */
export interface DoorUse extends Pick<EntryState, 'lockId' | 'outcome' | 'reason' | 'groupIds'> {
  readonly at: number;
}

/** Until a membership has reached the locks, by Salto some 45 s, an unknown key is no surprise. */
const REACHES_LOCKS_MS = 2 * 60_000;

/**
 * Whether the grant should have opened the door (S11.3): Salto had the membership, the window was open, and the locks
 * had the time to learn of it. A lock that is off line learns nothing, however long it takes.
 */
export function wasInEffect({ grant }: GrantRecord, { groupIds, reason, at }: DoorUse): boolean {
  if (groupIds !== null && !groupIds.includes(grant.groupId)) return false;
  if (grant.grantedAt === null) return false;
  const needsMs = reason === null || reason === 'offline' ? 0 : REACHES_LOCKS_MS;
  const isOpen = grant.opensAt <= at && (grant.closesAt === null || at < grant.closesAt);
  return isOpen && grant.grantedAt + needsMs <= at;
}

/**
 * The warnings that a grant carries after this use of a door: for each lock and reason the latest refusal that no opening
 * has shown to be over. In whatever order entries come, the same is left in the end.
 * @param hasOpenedSince whether an opening is known that shows this very trouble to be over
 */
export function warningsAfter(record: GrantRecord, use: DoorUse, hasOpenedSince: boolean): readonly DoorWarning[] {
  const { doorWarnings: before, grant } = record;
  const { outcome, reason, lockId, at } = use;
  if (outcome === 'opened') return before.filter((warning) => warning.at > at || !isSameTrouble(warning, lockId));
  if (reason === null || hasOpenedSince || grant.phase !== 'open' || !wasInEffect(record, use)) return before;
  const isSame = (warning: DoorWarning) => warning.lockId === lockId && warning.reason === reason;
  if (before.some((warning) => isSame(warning) && warning.at >= at)) return before;
  return [...before.filter((warning) => !isSame(warning)), { reason, lockId, at }].sort((a, b) => a.at - b.at);
}

/** A seat opens every door again; anything else may be the trouble of one lock, and only that lock shows its end. */
export function isSameTrouble(warning: Pick<DoorWarning, 'reason' | 'lockId'>, lockId: string): boolean {
  return warning.reason === 'suspended' || warning.lockId === lockId;
}

import type { AccessWindow } from './access-window.ts';

/**
 * How far a row of the ledger has come: `open` until its window is over or it is withdrawn, `revoking` until the removal
 * is confirmed. After a disconnect it is `left_open`.
 */
export type GrantPhase = 'open' | 'revoking' | 'ended' | 'left_open';

/** What one entitlement gives one member: one access group, for a window. Instants are epoch ms. */
export interface Grant extends AccessWindow {
  readonly groupId: string;
  readonly phase: GrantPhase;
  /** Since when it should be granted (`open`) or revoked (`revoking`): what lateness counts from. */
  readonly dueAt: number;
  /** Whether it became due because its time came, or because somebody changed something. */
  readonly dueBy: 'clock' | 'change';
  /** When Salto was first seen to have it, in this window. */
  readonly grantedAt: number | null;
}

/** What the facts say that an entitlement gives a member now. */
export interface WantedGrant extends AccessWindow {
  readonly groupId: string;
}

/** Whether the row still needs a workflow: a removal that is not confirmed keeps it open. */
export function isOpen(grant: Grant): boolean {
  return grant.phase === 'open' || grant.phase === 'revoking';
}

/**
 * The rows of one entitlement and member, rewritten from the facts as they are at `now` (epoch ms). A withdrawn row that
 * never opened is gone; one that did open is revoking from now on; one that is wanted again after its end reopens.
 */
export function refreshGrants(grants: readonly Grant[], wanted: readonly WantedGrant[], now: number): Grant[] {
  const known = new Map(grants.map((grant) => [grant.groupId, grant]));
  const wantedIds = new Set(wanted.map(({ groupId }) => groupId));
  const withdrawn = grants.filter(({ groupId }) => !wantedIds.has(groupId));
  return [
    ...withdrawn.flatMap((grant) => withdraw(grant, now)),
    ...wanted.flatMap((want) => refresh(known.get(want.groupId), want, now)),
  ];
}

/** After a disconnect nothing is granted or revoked any more: what was open stays so, what never opened is gone. */
export function leaveGrantsOpen(grants: readonly Grant[], now: number): Grant[] {
  return grants
    .filter((grant) => !(grant.phase === 'open' && grant.opensAt > now))
    .map((grant) => (isOpen(grant) ? { ...grant, phase: 'left_open' } : grant));
}

function withdraw(grant: Grant, now: number): Grant[] {
  if (grant.phase !== 'open') return [grant];
  if (grant.opensAt > now) return [];
  return [close(grant, grant.closesAt === null ? now : Math.min(grant.closesAt, now), now)];
}

function refresh(grant: Grant | undefined, { groupId, opensAt, closesAt }: WantedGrant, now: number): Grant[] {
  if (closesAt === null || closesAt > now) return [reopen(grant, { groupId, opensAt, closesAt }, now)];
  if (grant === undefined) return [];
  if (grant.phase === 'open') return [close({ ...grant, opensAt }, closesAt, now)];
  // It was over already: a later end in the past opens nothing.
  return [{ ...grant, opensAt, closesAt: grant.closesAt === null ? closesAt : Math.min(closesAt, grant.closesAt) }];
}

function reopen(grant: Grant | undefined, want: WantedGrant, now: number): Grant {
  const goesOn = grant?.phase === 'open' || grant?.phase === 'left_open';
  if (grant === undefined || !goesOn) return opened(want, now);
  const isOpenThroughout = grant.opensAt <= now && want.opensAt <= now;
  return grant.opensAt === want.opensAt || isOpenThroughout ? { ...grant, ...want, phase: 'open' } : opened(want, now);
}

function opened({ groupId, opensAt, closesAt }: WantedGrant, now: number): Grant {
  const dueBy = opensAt > now ? 'clock' : 'change';
  return { groupId, opensAt, closesAt, phase: 'open', dueAt: Math.max(opensAt, now), dueBy, grantedAt: null };
}

function close(grant: Grant, closesAt: number, now: number): Grant {
  const isOnTime = grant.closesAt === closesAt;
  return {
    ...grant,
    closesAt,
    phase: 'revoking',
    dueAt: isOnTime ? closesAt : now,
    dueBy: isOnTime ? 'clock' : 'change',
  };
}

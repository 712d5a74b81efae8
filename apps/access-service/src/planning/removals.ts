import type { Removal } from '@latchkey/access-workflows';
import { isSameEntitlement, type GrantRecord } from '../ledger/grant-record.ts';
import type { PairState } from '../ledger/pair-state.ts';

/** How long a removal waits for the group that replaces it, at the most (S5.3). */
const PATIENCE_MS = 2 * 60_000;

/**
 * The removals of the pair's newest revision. One waits for the group that takes its place in the same entitlement, as
 * long as that is not granted yet.
 * @param owned the groups that the adapter confirmed to be ours
 */
export function removalsOf(
  pair: PairState,
  grants: readonly GrantRecord[],
  owned: readonly string[],
  now: number,
): Removal[] {
  const wanted = new Set(pair.desired.map(({ id }) => id));
  const ids = [...new Set([...pair.removing, ...owned])].filter((id) => !wanted.has(id)).sort();
  return ids.map((id) => ({ id, ...replacement(id, pair, grants, now) }));
}

/** The first instant, epoch ms, at which a removal stops waiting for its replacement; null where none waits. */
export function patienceOf(pair: PairState, grants: readonly GrantRecord[], now: number): number | null {
  const ends = removalsOf(pair, grants, [], now).flatMap(({ waitsUntil }) => waitsUntil ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}

function replacement(id: string, pair: PairState, grants: readonly GrantRecord[], now: number) {
  const leaving = grants.filter(({ grant }) => grant.groupId === id && grant.phase === 'revoking');
  for (const { entitlement, grant } of leaving) {
    const waitsUntil = grant.dueAt + PATIENCE_MS;
    const next = grants.find(
      (other) => isSameEntitlement(other.entitlement, entitlement) && isBeingGranted(other, pair, now),
    );
    if (next !== undefined && now < waitsUntil) return { waitsFor: next.grant.groupId, waitsUntil };
  }
  return {};
}

function isBeingGranted({ grant }: GrantRecord, pair: PairState, now: number): boolean {
  const { phase, opensAt, grantedAt, groupId } = grant;
  const isDue = phase === 'open' && opensAt <= now && grantedAt === null;
  return isDue && pair.blocked[groupId] === undefined && pair.desired.some(({ id }) => id === groupId);
}

import { leaveGrantsOpen, refreshGrants, type Entitlement, type Grant } from '@latchkey/access-domain';
import { entitlementKey, isSameEntitlement, type GrantRecord, type StoredGrant } from './grant-record.ts';
import { pairKey } from './pair-state.ts';
import type { Sites } from './sites.ts';
import type { WantedOfEntitlement } from './facts.ts';

export interface RefreshInput {
  readonly grants: readonly StoredGrant[];
  readonly wanted: readonly WantedOfEntitlement[];
  readonly sites: Sites;
  /** The instant to decide for, epoch ms, by pair key. */
  readonly nowOf: (pairKey: string) => number;
  /** Refresh the rows of these entitlements alone. */
  readonly only?: readonly Entitlement[];
}

/** The rows as the facts want them now. New ones have no id, and nobody has told their status yet. */
export function refreshLedger({ grants, wanted, sites, nowOf, only }: RefreshInput): GrantRecord[] {
  const isMeant = ({ entitlement }: { entitlement: Entitlement }) =>
    only === undefined || only.some((one) => isSameEntitlement(one, entitlement));
  const known = Map.groupBy(grants.filter(isMeant), rowsKey);
  const wants = new Map(wanted.filter(isMeant).map((want) => [rowsKey(want), want]));
  const others = grants.filter((record) => !isMeant(record));
  const keys = new Set([...known.keys(), ...wants.keys()]);
  const refreshed = [...keys].flatMap((key) => {
    const rows = known.get(key) ?? [];
    const want = wants.get(key);
    const owner = want ?? rows[0];
    if (owner === undefined) return [];
    const now = nowOf(pairKey(owner));
    const current = rows.map(({ grant }) => grant);
    const next = sites.isConnected(owner.locationId, owner.siteId)
      ? refreshGrants(current, want?.grants ?? [], now)
      : leaveGrantsOpen(current, now);
    return next.map((grant) => record(grant, rows, owner));
  });
  return [...others, ...refreshed];
}

type Owner = Pick<GrantRecord, 'siteId' | 'memberId' | 'entitlement' | 'locationId'>;

function record(grant: Grant, rows: readonly StoredGrant[], owner: Owner): GrantRecord {
  const { siteId, memberId, entitlement, locationId } = owner;
  const row = rows.find((candidate) => candidate.grant.groupId === grant.groupId);
  if (row !== undefined) return { ...row, grant, locationId };
  const unsaid = { id: null, version: 0, status: 'scheduled' } as const;
  const well = { errorCode: null, nextAttemptAt: null, doorWarnings: [] };
  return { ...unsaid, ...well, siteId, memberId, entitlement, locationId, grant };
}

function rowsKey(of: Owner): string {
  return `${pairKey(of)}/${entitlementKey(of.entitlement)}`;
}

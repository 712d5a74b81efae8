import type { Entitlement, Grant, GrantStatus } from '@latchkey/access-domain';
import type { Pair } from '@latchkey/access-workflows';
import type { RefusalReason } from '@latchkey/contracts';
import type { EntityManager } from 'typeorm';

/** A door that the grant opens refused the member (S11.3). Instants are epoch ms. */
export interface DoorWarning {
  readonly reason: RefusalReason;
  readonly lockId: string;
  readonly at: number;
}

/** A row of the ledger. `status`, `errorCode` and `nextAttemptAt` tell people; the grant's phase decides. */
export interface GrantRecord extends Pair {
  /** Null until it is stored. */
  readonly id: string | null;
  readonly version: number;
  readonly entitlement: Entitlement;
  readonly locationId: string;
  readonly grant: Grant;
  readonly status: GrantStatus;
  readonly errorCode: string | null;
  /** Epoch ms; null unless it failed and will be tried again. */
  readonly nextAttemptAt: number | null;
  /** For people too: it decides nothing. */
  readonly doorWarnings: readonly DoorWarning[];
}

/** A stored row, as events tell of it. */
export type StoredGrant = GrantRecord & { readonly id: string };

/** What a transaction did to the ledger. */
export interface LedgerChanges {
  /** As stored now, with the version that this change gave it; `before` is null for a new row. */
  readonly changed: readonly { readonly before: GrantRecord | null; readonly after: StoredGrant }[];
  /** Rows that never opened and are gone, with the version of their end. */
  readonly withdrawn: readonly { readonly id: string; readonly version: number }[];
}

/** Told of every change of the ledger within its transaction: where events are appended. */
export abstract class LedgerListener {
  abstract ledgerChanged(em: EntityManager, changes: LedgerChanges, now: number): Promise<void>;
}

export function isSameEntitlement(a: Entitlement, b: Entitlement): boolean {
  return a.id === b.id && a.kind === b.kind;
}

export function entitlementKey({ kind, id }: Entitlement): string {
  return `${kind}:${id}`;
}

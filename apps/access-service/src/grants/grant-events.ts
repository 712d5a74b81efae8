import { grantEvents, type GrantState, type GrantWarning } from '@latchkey/contracts';
import { Outbox } from '@latchkey/service-kit';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LedgerListener, type LedgerChanges, type StoredGrant } from '../ledger/grant-record.ts';
import { observeLateness } from './grant-metrics.ts';

/** Tells of every change of the ledger on `access.grants.v1`, in the change's own transaction. */
@Injectable()
export class GrantEvents extends LedgerListener {
  readonly #outbox: Outbox;

  constructor(outbox: Outbox) {
    super();
    this.#outbox = outbox;
  }

  override async ledgerChanged(em: EntityManager, changes: LedgerChanges, now: number): Promise<void> {
    for (const { after } of changes.changed) {
      await this.#outbox.append(em, grantEvents.changed, {
        version: after.version,
        occurredAt: now,
        data: stateOf(after),
      });
    }
    for (const { id, version } of changes.withdrawn) {
      const data = { id, deletedAt: new Date(now).toISOString() };
      await this.#outbox.append(em, grantEvents.deleted, { version, occurredAt: now, data });
    }
    observeLateness(em, changes, now);
  }
}

/** What is worth a look about a grant. */
export function warningsOf({ doorWarnings }: Pick<StoredGrant, 'doorWarnings'>): GrantWarning[] {
  return doorWarnings.map(({ reason, lockId, at }) => ({
    code: 'refused_at_door',
    reason,
    lockId,
    at: new Date(at).toISOString(),
  }));
}

/** A row of the ledger, as the world sees it. */
export function stateOf({ id, grant, ...record }: StoredGrant): GrantState {
  return {
    id,
    locationId: record.locationId,
    siteId: record.siteId,
    groupId: grant.groupId,
    memberId: record.memberId,
    entitlement: record.entitlement,
    status: record.status,
    opensAt: new Date(grant.opensAt).toISOString(),
    closesAt: grant.closesAt === null ? null : new Date(grant.closesAt).toISOString(),
    errorCode: record.errorCode,
    nextAttemptAt: record.nextAttemptAt === null ? null : new Date(record.nextAttemptAt).toISOString(),
    warnings: warningsOf(record),
  };
}

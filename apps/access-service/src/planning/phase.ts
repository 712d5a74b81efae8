import type { GrantStatus } from '@latchkey/access-domain';
import type { AccessPhase, GrantHealth } from '@latchkey/access-workflows';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { isConfirmed, type PairState } from '../ledger/pair-state.ts';
import type { Sites } from '../ledger/sites.ts';

const PHASES: readonly (readonly [AccessPhase, readonly GrantStatus[]])[] = [
  ['granting', ['granting', 'retrying']],
  ['active', ['active', 'blocked']],
  ['revoking', ['revoking']],
  ['scheduled', ['scheduled']],
];

/** Where the entitlement as a whole stands: the liveliest of its rows says. */
export function phaseOf(grants: readonly GrantRecord[]): AccessPhase {
  const statuses = new Set(grants.map(({ status }) => status));
  return PHASES.find(([, ofPhase]) => ofPhase.some((status) => statuses.has(status)))?.[0] ?? 'ended';
}

export function healthOf(grants: readonly GrantRecord[], pairs: readonly PairState[], sites: Sites): GrantHealth {
  const unconfirmed = pairs.filter((pair) => !isConfirmed(pair));
  const isBroken = unconfirmed.some(({ siteId }) => sites.state(siteId) === 'broken');
  if (isBroken || grants.some(({ status }) => status === 'blocked')) return 'needs_human';
  return unconfirmed.some(({ failure }) => failure !== null) ? 'retrying' : 'ok';
}

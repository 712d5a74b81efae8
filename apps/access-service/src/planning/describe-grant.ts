import { grantStatus, markGranted, settleGrant } from '@latchkey/access-domain';
import type { RevisionOutcome } from '@latchkey/access-workflows';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { revisionStatus, type PairState } from '../ledger/pair-state.ts';

/** The row with what people are told about it now. */
export function describeGrant<Row extends GrantRecord>(record: Row, pair: PairState, now: number): Row {
  const status = grantStatus(record.grant, revisionStatus(pair), now);
  // A grant that is over promises nothing at a door.
  const doorWarnings = record.grant.phase === 'open' ? record.doorWarnings : [];
  if (status === 'blocked') {
    const failure = pair.held[record.grant.groupId] ?? pair.blocked[record.grant.groupId];
    return { ...record, doorWarnings, status, errorCode: failure?.code ?? null, nextAttemptAt: null };
  }
  const isFailing = status === 'retrying' || (status === 'revoking' && pair.failure !== null);
  return {
    ...record,
    doorWarnings,
    status,
    errorCode: isFailing ? (pair.failure?.code ?? null) : null,
    nextAttemptAt: isFailing ? pair.nextAttemptAt : null,
  };
}

/** The row after the decision: ended, or granted, if the pair's newest revision is confirmed. */
export function settle<Row extends GrantRecord>(record: Row, pair: PairState, now: number): Row {
  const grant = settleGrant(record.grant, revisionStatus(pair), pair.verifiedAt ?? now, now);
  return describeGrant({ ...record, grant }, pair, now);
}

/** Notes what an attempt at the newest revision found present, also where it did not get as far as to be confirmed. */
export function notePresent<Row extends GrantRecord>(record: Row, outcome: RevisionOutcome, now: number): Row {
  const { grant } = record;
  if (outcome.result.kind === 'superseded' || grant.opensAt > now) return record;
  const isPresent = outcome.result.groups.some((of) => of.groupId === grant.groupId && of.outcome === 'present');
  return isPresent ? { ...record, grant: markGranted(grant, outcome.at) } : record;
}

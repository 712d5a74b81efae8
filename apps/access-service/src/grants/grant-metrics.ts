import { metrics, onCommit } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import type { LedgerChanges } from '../ledger/grant-record.ts';

const grantLateness = metrics.histogram('grant_lateness_seconds', 'From when a grant was due until Salto had it');
const revokeLateness = metrics.histogram('revoke_lateness_seconds', 'From when a revocation was due until it was done');

/** Counts, once it is committed, how late the grants and revocations were that these changes complete. */
export function observeLateness(em: EntityManager, { changed }: LedgerChanges, now: number): void {
  const granted = changed
    .filter(({ before, after }) => after.grant.grantedAt !== null && (before?.grant.grantedAt ?? null) === null)
    .map(({ after: { grant } }) => ((grant.grantedAt ?? grant.dueAt) - grant.dueAt) / 1000);
  const revoked = changed
    .filter(({ before, after }) => after.grant.phase === 'ended' && before?.grant.phase !== 'ended')
    .filter(({ after }) => after.grant.grantedAt !== null)
    .map(({ after }) => Math.max(0, now - after.grant.dueAt) / 1000);
  if (granted.length + revoked.length === 0) return;
  onCommit(em, () => {
    for (const seconds of granted) grantLateness.observe(seconds);
    for (const seconds of revoked) revokeLateness.observe(seconds);
  });
}

/** Gauges that every replica answers alike, from the database. */
export function registerLedgerGauges(dataSource: DataSource): void {
  metrics.gauge('grants', 'Grants that are not over, by status', ['status'], async () => {
    const rows: { status: string; n: string }[] = await dataSource.query(
      `SELECT status, count(*) AS n FROM grant_row WHERE phase IN ('open', 'revoking', 'left_open') GROUP BY status`,
    );
    return rows.map(({ status, n }) => ({ labels: { status }, value: Number(n) }));
  });
  metrics.gauge('overdue', 'Grants and revocations that are two minutes late', ['kind'], async () => {
    const [row]: { grants: string; revocations: string }[] = await dataSource.query(
      `SELECT count(*) FILTER (WHERE phase = 'open' AND granted_at IS NULL) AS grants,
              count(*) FILTER (WHERE phase = 'revoking') AS revocations
       FROM grant_row WHERE phase IN ('open', 'revoking') AND due_at < now() - interval '2 minutes'`,
    );
    return [
      { labels: { kind: 'grant' }, value: Number(row?.grants ?? 0) },
      { labels: { kind: 'revocation' }, value: Number(row?.revocations ?? 0) },
    ];
  });
  metrics.gauge(
    'wakeups_waiting',
    'Wakeups that are due and that the relay has not handed to Temporal yet',
    [],
    async () => {
      const [row]: { n: string }[] = await dataSource.query(
        'SELECT count(*) AS n FROM wakeup WHERE due_at <= clock_timestamp()',
      );
      return [{ labels: {}, value: Number(row?.n ?? 0) }];
    },
  );
}

import type { DesiredGroup, Entitlement } from '@latchkey/access-domain';
import type { Failure, Pair, Urgency } from '@latchkey/access-workflows';
import type { EntityManager } from 'typeorm';
import { timestamp, epochMs } from './instants.ts';
import { pairKey, type PairState } from './pair-state.ts';
import { prepared } from './prepared.ts';

interface PairRow {
  site_id: string;
  member_id: string;
  epoch: number;
  n: number;
  desired: DesiredGroup[];
  removing: string[];
  urgency: Urgency;
  is_retried: boolean;
  decided_at: Date | null;
  confirmed_epoch: number;
  confirmed_n: number;
  verified_at: Date | null;
  blocked: Record<string, Failure>;
  held: Record<string, Failure>;
  forced_urgency: Urgency | null;
  attempts: number;
  failure: Failure | null;
  next_attempt_at: Date | null;
}

/**
 * Locks these pairs until the transaction ends, in one order for everybody, and makes those that are new. What is read
 * of them must be read by a LATER statement: this one waited with an older view of the database.
 */
export async function lockPairs(
  em: EntityManager,
  pairs: readonly Pair[],
  causedBy: Entitlement,
): Promise<PairState[]> {
  const wanted = [...new Map(pairs.map((pair) => [pairKey(pair), pair])).values()];
  const locked = await selectForUpdate(em, wanted);
  if (locked.length === wanted.length) return locked;
  await insertMissing(em, wanted, causedBy);
  return selectForUpdate(em, wanted);
}

/** Those that should have groups at the site, and those of these members; not locked. */
export async function readPairsOfSite(
  em: EntityManager,
  siteId: string,
  memberIds: readonly string[],
): Promise<PairState[]> {
  const rows: PairRow[] = await em.query(
    `SELECT * FROM pair WHERE site_id = $1 AND (desired <> '[]' OR held <> '{}' OR member_id = ANY($2::uuid[]))`,
    [siteId, memberIds],
  );
  return rows.map(toState);
}

/**
 * Locks a pair as `lockPairs` does, if there is one. Who has none has no grants to lock either.
 * @returns the database's clock afterwards, epoch ms
 */
export async function lockKnownPair(em: EntityManager, { siteId, memberId }: Pair): Promise<number> {
  await em.query('SELECT FROM pair WHERE site_id = $1 AND member_id = $2 FOR NO KEY UPDATE', [siteId, memberId]);
  const [row]: { now: Date }[] = await em.query('SELECT clock_timestamp() AS now');
  return row?.now.getTime() ?? Date.now();
}

async function selectForUpdate(em: EntityManager, pairs: readonly Pair[]): Promise<PairState[]> {
  const rows = await prepared<PairRow>(
    em,
    'lock-pairs',
    `SELECT pair.* FROM pair
     JOIN unnest($1::uuid[], $2::uuid[]) AS wanted(site_id, member_id) USING (site_id, member_id)
     ORDER BY pair.site_id, pair.member_id
     FOR NO KEY UPDATE OF pair`,
    columns(pairs),
  );
  return rows.map(toState);
}

/**
 * A new pair has nothing to confirm, unless this database was restored and the entitlement is older than that: then it
 * may have been granted access that the backup does not know of.
 */
async function insertMissing(em: EntityManager, pairs: readonly Pair[], { kind, id }: Entitlement): Promise<void> {
  await em.query(
    `INSERT INTO pair (site_id, member_id, epoch, n, caused_by_kind, caused_by_id, confirmed_epoch, confirmed_n)
     SELECT wanted.site_id, wanted.member_id, installation.epoch,
            CASE WHEN installation.epoch > 1 AND EXISTS (
              SELECT FROM booking WHERE id = $4 AND made_at < installation.began_at
              UNION ALL SELECT FROM subscription WHERE id = $4 AND made_at < installation.began_at
            ) THEN 1 ELSE 0 END,
            $3, $4, installation.epoch, 0
     FROM unnest($1::uuid[], $2::uuid[]) AS wanted(site_id, member_id), installation
     ORDER BY 1, 2
     ON CONFLICT DO NOTHING`,
    [...columns(pairs), kind, id],
  );
}

/** Stores what a plan decided. `causedBy` answers for those whose revision is new. */
export async function savePairs(
  em: EntityManager,
  pairs: readonly (PairState & { readonly causedBy?: Entitlement })[],
): Promise<void> {
  if (pairs.length === 0) return;
  await prepared(
    em,
    'save-pairs',
    `UPDATE pair SET
       epoch = new.epoch, n = new.n, desired = new.desired, removing = new.removing, urgency = new.urgency, is_retried = new.is_retried,
       decided_at = new.decided_at,
       caused_by_kind = coalesce(new.caused_by_kind, pair.caused_by_kind),
       caused_by_id = coalesce(new.caused_by_id, pair.caused_by_id),
       confirmed_epoch = new.confirmed_epoch, confirmed_n = new.confirmed_n, verified_at = new.verified_at,
       blocked = new.blocked, held = new.held, forced_urgency = new.forced_urgency, attempts = new.attempts, failure = new.failure, next_attempt_at = new.next_attempt_at
     FROM jsonb_to_recordset($1) AS new(
       site_id uuid, member_id uuid, epoch int, n int, desired jsonb, removing jsonb, urgency int, is_retried boolean,
       decided_at timestamptz,
       caused_by_kind text, caused_by_id uuid, confirmed_epoch int, confirmed_n int, verified_at timestamptz,
       blocked jsonb, held jsonb, forced_urgency int, attempts int, failure jsonb, next_attempt_at timestamptz)
     WHERE pair.site_id = new.site_id AND pair.member_id = new.member_id`,
    [JSON.stringify(pairs.map(toRow))],
  );
}

/** The two arrays that `unnest` takes. */
export function columns(pairs: readonly Pair[]): [string[], string[]] {
  return [pairs.map(({ siteId }) => siteId), pairs.map(({ memberId }) => memberId)];
}

function toState(row: PairRow): PairState {
  return {
    siteId: row.site_id,
    memberId: row.member_id,
    revision: { epoch: row.epoch, n: row.n },
    desired: row.desired,
    removing: row.removing,
    urgency: row.urgency,
    isRetried: row.is_retried,
    decidedAt: epochMs(row.decided_at),
    confirmed: { epoch: row.confirmed_epoch, n: row.confirmed_n },
    verifiedAt: epochMs(row.verified_at),
    blocked: row.blocked,
    held: row.held,
    forcedUrgency: row.forced_urgency,
    attempts: row.attempts,
    failure: row.failure,
    nextAttemptAt: epochMs(row.next_attempt_at),
  };
}

function toRow(pair: PairState & { readonly causedBy?: Entitlement }) {
  return {
    site_id: pair.siteId,
    member_id: pair.memberId,
    epoch: pair.revision.epoch,
    n: pair.revision.n,
    desired: pair.desired,
    removing: pair.removing,
    urgency: pair.urgency,
    is_retried: pair.isRetried,
    decided_at: timestamp(pair.decidedAt),
    caused_by_kind: pair.causedBy?.kind ?? null,
    caused_by_id: pair.causedBy?.id ?? null,
    confirmed_epoch: pair.confirmed.epoch,
    confirmed_n: pair.confirmed.n,
    verified_at: timestamp(pair.verifiedAt),
    blocked: pair.blocked,
    held: pair.held,
    forced_urgency: pair.forcedUrgency,
    attempts: pair.attempts,
    failure: pair.failure,
    next_attempt_at: timestamp(pair.nextAttemptAt),
  };
}

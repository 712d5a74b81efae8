import { isOpen, pacedAt } from '@latchkey/access-domain';
import type { EntityManager } from 'typeorm';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { timestamp } from '../ledger/instants.ts';
import { isConfirmed, type PairState } from '../ledger/pair-state.ts';
import { prepared } from '../ledger/prepared.ts';
import type { Sites } from '../ledger/sites.ts';

/** When to look again, and what happens then. Epoch ms. */
export interface Wake {
  /** The nominal instant, for people. */
  readonly at: number;
  readonly wakeAt: number;
  readonly why: 'access opens' | 'access ends' | 'the next attempt' | 'the last write can be verified';
}

/** The next instant at which a row of this entitlement opens or closes; null if none does. */
export function nextEdge(grants: readonly GrantRecord[], now: number): Wake | null {
  const edges = grants
    .filter(({ grant }) => isOpen(grant))
    .flatMap(({ grant: { opensAt, closesAt } }): Wake[] => [
      { at: opensAt, wakeAt: opensAt, why: 'access opens' },
      ...(closesAt === null ? [] : [{ at: closesAt, wakeAt: closesAt, why: 'access ends' as const }]),
    ])
    .filter(({ at }) => at > now);
  return earliest(edges);
}

/** The next attempt at a revision that waits for one. */
export function nextAttempt(pairs: readonly PairState[], sites: Sites, now: number): Wake | null {
  return earliest(
    pairs
      .filter((pair) => !isConfirmed(pair) && sites.state(pair.siteId) === 'works')
      .flatMap(({ nextAttemptAt: at, attempts }): Wake[] =>
        at === null || at <= now
          ? []
          : [{ at, wakeAt: at, why: attempts > 0 ? 'the next attempt' : 'the last write can be verified' }],
      ),
  );
}

/** The one with the earliest wake-up. */
export function earliest(wakes: readonly (Wake | null)[]): Wake | null {
  const known = wakes.filter((wake) => wake !== null);
  return known.length === 0 ? null : known.reduce((first, wake) => (wake.wakeAt < first.wakeAt ? wake : first));
}

/**
 * The edge, woken for at an instant paced by its rank among the rows that close, or open, with it at its site: removals
 * go first. Entitlements made later rank later (their ids rise with time), so a rank that was given stays right.
 * @param requestsPerSecond the site's budget; 0: no pacing
 */
export async function paced(
  em: EntityManager,
  edge: Wake | null,
  grants: readonly GrantRecord[],
  requestsPerSecond: number,
): Promise<Wake | null> {
  const first = grants[0];
  if (edge === null || first === undefined || requestsPerSecond === 0) return edge;
  const isOpening = edge.why === 'access opens';
  const [row] = await prepared<{ closing: string; opening: string }>(
    em,
    `rank-${isOpening ? 'opening' : 'closing'}`,
    `SELECT (SELECT count(*) FROM grant_row WHERE site_id = $1 AND closes_at = $2 AND phase = 'open'
               AND (${String(isOpening)} OR entitlement_id < $3)) AS closing,
            (SELECT count(*) FROM grant_row WHERE site_id = $1 AND opens_at = $2 AND phase = 'open'
               AND ${String(isOpening)} AND entitlement_id < $3) AS opening`,
    [first.siteId, timestamp(edge.at), first.entitlement.id],
  );
  const rank = Number(row?.closing ?? 0) + Number(row?.opening ?? 0);
  return { ...edge, wakeAt: pacedAt(edge.at, rank, requestsPerSecond) };
}

import { membershipKey, type Membership } from '@latchkey/access-domain';
import type {
  DecidedOwnership,
  GroupLook,
  SiteCheckActivities,
  SiteCheckPlan,
  SiteCheckRequest,
  SiteCheckVerdict,
  SiteCheckVerdictRequest,
} from '@latchkey/access-workflows';
import { inTransaction, logger } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { epochMs, timestamp } from '../ledger/instants.ts';
import { lockPairs, readPairsOfSite, savePairs } from '../ledger/pair-rows.ts';
import type { PairState } from '../ledger/pair-state.ts';
import { Sites, type ConnectionFact } from '../ledger/sites.ts';
import type { Wakeups } from '../ledger/wakeups.ts';
import { causesOf } from './causes.ts';
import {
  putBackBefore,
  readOpenFindings,
  resolveFindings,
  saveFindings,
  type DriftAction,
  type NewFinding,
} from './drift-findings.ts';
import { judge, type Evidence, type Judgement } from './judgement.ts';
import { settledMembers } from './settled-members.ts';
import { plannedLooks, saveGroups } from './site-groups.ts';

export interface SiteCheckSettings {
  /** What was due so lately may still be under way: it is not drift, ms. */
  readonly quietMs: number;
}

const log = logger('site-check');
/** How far the clocks of two databases may be apart. */
const SKEW_MS = 60_000;

/** Compares what Salto's groups hold with what they should (docs/adr/0021). */
export class SiteCheck implements SiteCheckActivities {
  readonly #dataSource: DataSource;
  readonly #wakeups: Wakeups;
  readonly #settings: SiteCheckSettings;

  constructor(dataSource: DataSource, wakeups: Wakeups, settings: SiteCheckSettings) {
    this.#dataSource = dataSource;
    this.#wakeups = wakeups;
    this.#settings = settings;
  }

  async planSiteCheck({ siteId }: SiteCheckRequest): Promise<SiteCheckPlan> {
    const { manager } = this.#dataSource;
    const connections: ConnectionFact[] = await manager.query(
      `SELECT location_id AS "locationId", site_id AS "siteId", status FROM connection
       WHERE site_id = $1 AND deleted_at IS NULL`,
      [siteId],
    );
    const isPaused = new Sites(connections).state(siteId) !== 'works' || (await isHealing(manager));
    if (isPaused) return { version: 1, isPaused, groups: [], owned: [] };
    const owned: DecidedOwnership[] = await manager.query(
      `SELECT member_id AS "memberId", group_id AS "groupId", action = 'adopting' AS "isOurs" FROM drift_finding
       WHERE site_id = $1 AND resolved_at IS NULL AND action IN ('adopting', 'leaving') AND member_id IS NOT NULL`,
      [siteId],
    );
    return { version: 1, isPaused, groups: await plannedLooks(manager, siteId), owned };
  }

  judgeSiteCheck(request: SiteCheckVerdictRequest): Promise<SiteCheckVerdict> {
    return inTransaction(this.#dataSource, (em) => this.#judge(em, request));
  }

  async #judge(em: EntityManager, request: SiteCheckVerdictRequest): Promise<SiteCheckVerdict> {
    const { siteId, looks, owned } = request;
    await forgetLeft(em, siteId, owned);
    await saveGroups(em, siteId, looks);
    const now = await readClock(em);
    const seen = seenIn(looks).map(({ memberId }) => memberId);
    const pairs = await readPairsOfSite(em, siteId, seen);
    const first = judge(await this.#evidence(em, request, pairs, now));
    // Most checks find nothing, and lock nobody's pair. What was found is judged again under the locks.
    const locked = await this.#lock(em, siteId, first);
    const judgement =
      locked.length === 0 ? first : judge(await this.#evidence(em, request, merged(pairs, locked), now));
    await this.#store(em, request, judgement, locked, now);
    return verdictOf(judgement);
  }

  async #evidence(
    em: EntityManager,
    { siteId, looks }: SiteCheckVerdictRequest,
    pairs: readonly PairState[],
    now: number,
  ): Promise<Evidence> {
    const { quietMs } = this.#settings;
    const readAt = Math.min(now, ...looks.map((look) => look.readAt)) - Math.min(quietMs, SKEW_MS);
    const open = await readOpenFindings(em, siteId);
    const memberIds = [...new Set([...pairs, ...seenIn(looks), ...open].flatMap(({ memberId }) => memberId ?? []))];
    const settled = await settledMembers(em, siteId, memberIds, { readAt, quietSince: now - quietMs, now });
    return {
      looks,
      pairs,
      settled,
      owned: await readOwned(em, siteId),
      open,
      leftOpen: await readLeftOpen(em, siteId),
      putBackBefore: await putBackBefore(em, siteId, memberIds),
    };
  }

  /** Those whom no entitlement ever concerned, as somebody who was adopted, get pairs now, and share a workflow. */
  async #lock(em: EntityManager, siteId: string, { pairs, findings }: Judgement): Promise<PairState[]> {
    const removing = findings.flatMap(({ memberId, action }) => (action === 'removing' && memberId ? [memberId] : []));
    const concerned = [...pairs.map(({ memberId }) => memberId), ...removing].map((memberId) => ({ siteId, memberId }));
    return lockPairs(em, concerned, { kind: 'manual', id: concerned[0]?.memberId ?? siteId });
  }

  async #store(
    em: EntityManager,
    { siteId, isWhole = true }: SiteCheckVerdictRequest,
    judgement: Judgement,
    locked: readonly PairState[],
    now: number,
  ): Promise<void> {
    const isLocked = new Set(locked.map(({ memberId }) => memberId));
    const pairs = judgement.pairs.filter(({ memberId }) => isLocked.has(memberId));
    const isDone = ({ memberId, action }: NewFinding) =>
      !PAIR_ACTIONS.has(action) || (memberId !== null && isLocked.has(memberId));
    await saveFindings(em, siteId, judgement.findings.filter(isDone), now);
    await resolveFindings(
      em,
      judgement.resolved.map(({ id }) => id),
      now,
    );
    await savePairs(em, pairs);
    const causes = await causesOf(em, pairs);
    await this.#wakeups.write(em, causes, {
      signal: 'changed',
      cause: `the check of site ${siteId} found a difference`,
    });
    const verdict = verdictOf(judgement);
    log.info({ siteId, isWhole, ...verdict }, 'a site was checked');
    // The age of a check says since when nobody has seen all of the site.
    if (!isWhole) return;
    await em.query(
      `INSERT INTO site_check (site_id, checked_at, verdict) VALUES ($1, $2, $3)
       ON CONFLICT (site_id) DO UPDATE SET checked_at = excluded.checked_at, verdict = excluded.verdict`,
      [siteId, timestamp(now), verdict],
    );
  }
}

/** What changes a pair, and so needs its lock. */
const PAIR_ACTIONS: ReadonlySet<DriftAction> = new Set(['put_back', 'blocked', 'removing']);

function seenIn(looks: readonly GroupLook[]): readonly { readonly memberId: string }[] {
  return looks.flatMap(({ members }) => members);
}

function merged(pairs: readonly PairState[], locked: readonly PairState[]): PairState[] {
  const fresh = new Map(locked.map((pair) => [pair.memberId, pair]));
  return [...pairs.filter(({ memberId }) => !fresh.has(memberId)), ...locked];
}

function verdictOf({ findings, memberships }: Judgement): SiteCheckVerdict {
  const count = (...actions: DriftAction[]) => findings.filter(({ action }) => actions.includes(action)).length;
  return {
    memberships,
    putBack: count('put_back'),
    removing: count('removing'),
    held: count('held'),
    blocked: count('blocked'),
    reported: count('reported', 'adopting', 'leaving'),
  };
}

/** What an administrator left as it is, and the adapter has given up, is not ours here either. */
async function forgetLeft(em: EntityManager, siteId: string, owned: readonly DecidedOwnership[]): Promise<void> {
  const left = owned.filter(({ isOurs }) => !isOurs);
  await em.query(
    `DELETE FROM ownership USING unnest($2::uuid[], $3::text[]) AS given_up(member_id, group_id)
     WHERE site_id = $1 AND ownership.member_id = given_up.member_id AND ownership.group_id = given_up.group_id`,
    [siteId, left.map(({ memberId }) => memberId), left.map(({ groupId }) => groupId)],
  );
}

async function readOwned(em: EntityManager, siteId: string): Promise<Set<string>> {
  const rows: Membership[] = await em.query(
    'SELECT member_id AS "memberId", group_id AS "groupId" FROM ownership WHERE site_id = $1',
    [siteId],
  );
  return new Set(rows.map(membershipKey));
}

async function readLeftOpen(em: EntityManager, siteId: string): Promise<Set<string>> {
  const rows: Membership[] = await em.query(
    `SELECT member_id AS "memberId", group_id AS "groupId" FROM grant_row WHERE site_id = $1 AND phase = 'left_open'`,
    [siteId],
  );
  return new Set(rows.map(membershipKey));
}

/** A restored database would take what it has forgotten for drift, and repeat decisions that were changed since. */
async function isHealing(em: EntityManager): Promise<boolean> {
  const behind: unknown[] = await em.query(
    'SELECT FROM comparison, installation WHERE comparison.epoch < installation.epoch',
  );
  return behind.length > 0;
}

async function readClock(em: EntityManager): Promise<number> {
  const [{ now }]: [{ now: Date }] = await em.query('SELECT clock_timestamp() AS now');
  return epochMs(now);
}

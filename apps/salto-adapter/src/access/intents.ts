import { becomesIdle } from '../people/idleness.ts';
import type { PairSession } from './pair-lock.ts';

export type Write = 'add' | 'remove';

/** Whose a membership is, decided before we first wrote to it, and which write to it has no certain answer. */
export interface Intent {
  readonly groupId: string;
  /** Somebody else had put the member there: never ours to remove. */
  readonly presentBefore: boolean;
  readonly outstanding: Write | null;
  /** Epoch ms. */
  readonly lastWriteAt: number | null;
}

/** A write without an answer is taken for settled when a read that began this long after it shows what is. */
export const VERIFY_AFTER_MS = 60_000;

/** A pair's intents, in memory and in the database alike: each change is committed by the attempt's own session. */
export class Intents {
  readonly #session: PairSession;
  readonly #byGroup = new Map<string, Intent>();
  /** What was outstanding before the write that runs. */
  readonly #before = new Map<string, Write | null>();
  #lastWriteAt: number | null = null;

  private constructor(session: PairSession) {
    this.#session = session;
  }

  static async load(session: PairSession): Promise<Intents> {
    const intents = new Intents(session);
    const rows = await session.query<Intent>(
      `SELECT group_id AS "groupId", present_before AS "presentBefore", outstanding,
              (extract(epoch FROM last_write_at) * 1000)::float8 AS "lastWriteAt"
         FROM group_intent WHERE site_id = $1 AND member_id = $2`,
      intents.#pair,
    );
    for (const row of rows) intents.#byGroup.set(row.groupId, row);
    const [pair] = await session.query<{ at: number | null }>(
      `SELECT (extract(epoch FROM last_write_at) * 1000)::float8 AS at FROM pair WHERE site_id = $1 AND member_id = $2`,
      intents.#pair,
    );
    intents.#lastWriteAt = pair?.at ?? null;
    return intents;
  }

  get(groupId: string): Intent | undefined {
    return this.#byGroup.get(groupId);
  }

  all(): Intent[] {
    return [...this.#byGroup.values()];
  }

  /** When the pair's last write began or was answered, epoch ms: what was read before shows nothing any more. */
  get lastWriteAt(): number | null {
    return this.#lastWriteAt;
  }

  isOurs(groupId: string): boolean {
    return this.get(groupId)?.presentBefore === false;
  }

  /** The earliest instant at which a read can settle all that is outstanding; undefined when nothing is. */
  verifiableAt(): number | undefined {
    const writes = this.all().filter(({ outstanding }) => outstanding !== null);
    return writes.length === 0 ? undefined : Math.max(...writes.map(settledAt));
  }

  /** Decides whose the membership is. A group found absent is ours from now on, whatever the row said before. */
  async decide(groupId: string, presentBefore: boolean): Promise<void> {
    await this.#session.query(
      `WITH used AS (
         UPDATE salto_user SET idle_at = NULL WHERE site_id = $1 AND member_id = $2 AND idle_at IS NOT NULL)
       INSERT INTO group_intent (site_id, member_id, group_id, present_before) VALUES ($1, $2, $3, $4)
       ON CONFLICT (site_id, member_id, group_id) DO UPDATE SET present_before = EXCLUDED.present_before`,
      [...this.#pair, groupId, presentBefore],
    );
    const { outstanding = null, lastWriteAt = null } = this.get(groupId) ?? {};
    this.#byGroup.set(groupId, { groupId, presentBefore, outstanding, lastWriteAt });
  }

  /**
   * A person has decided whose a membership is. Never while a write to it has no certain answer: then it is ours anyhow.
   */
  async settle(groupId: string, isOurs: boolean): Promise<void> {
    if (this.get(groupId)?.outstanding) return;
    await this.decide(groupId, !isOurs);
    await this.#session.query('DELETE FROM quarantine WHERE site_id = $1 AND member_id = $2 AND group_id = $3', [
      ...this.#pair,
      groupId,
    ]);
  }

  /** Takes back, after a restore, the memberships that access-service knows to be ours. */
  async recall(groupIds: readonly string[]): Promise<void> {
    for (const groupId of groupIds) {
      if (!this.isOurs(groupId)) await this.decide(groupId, false);
    }
  }

  /** Commits that a write is about to be sent. Without this commit it must not be. */
  async begin(groupId: string, write: Write): Promise<void> {
    const intent = this.#existing(groupId);
    const now = this.#session.now();
    await this.#session.query(
      `WITH written AS (
         UPDATE pair SET last_write_at = to_timestamp($5::float8 / 1000) WHERE site_id = $1 AND member_id = $2)
       UPDATE group_intent SET outstanding = $4, last_write_at = to_timestamp($5::float8 / 1000)
        WHERE site_id = $1 AND member_id = $2 AND group_id = $3`,
      [...this.#pair, groupId, write, now],
    );
    this.#lastWriteAt = now;
    this.#before.set(groupId, intent.outstanding);
    this.#byGroup.set(groupId, { ...intent, outstanding: write, lastWriteAt: now });
  }

  /** The write got a definite answer. An earlier write that got none stays outstanding: it may land after this one. */
  async answered(groupId: string): Promise<void> {
    const before = this.#before.get(groupId);
    if (before === undefined) return;
    const now = this.#session.now();
    await this.#session.query(
      `WITH written AS (
         UPDATE pair SET last_write_at = to_timestamp($5::float8 / 1000) WHERE site_id = $1 AND member_id = $2)
       UPDATE group_intent SET outstanding = $4 WHERE site_id = $1 AND member_id = $2 AND group_id = $3`,
      [...this.#pair, groupId, before, now],
    );
    this.#lastWriteAt = now;
    this.#before.delete(groupId);
    this.#byGroup.set(groupId, { ...this.#existing(groupId), outstanding: before });
  }

  /**
   * A read that began at `readAt` shows what is: settles a write without an answer if that was late enough. The group
   * stays in quarantine for a day, since a write may land even later.
   */
  async verified(groupId: string, readAt: number): Promise<void> {
    const intent = this.get(groupId);
    if (intent === undefined || intent.outstanding === null || readAt < settledAt(intent)) return;
    await this.#session.query(
      `WITH settled AS (
         UPDATE group_intent SET outstanding = NULL WHERE site_id = $1 AND member_id = $2 AND group_id = $3),
       expired AS (DELETE FROM quarantine WHERE unknown_at < now() - interval '24 hours')
       INSERT INTO quarantine (site_id, member_id, group_id, unknown_at) VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000))
       ON CONFLICT (site_id, member_id, group_id) DO UPDATE SET unknown_at = EXCLUDED.unknown_at`,
      [...this.#pair, groupId, readAt],
    );
    this.#byGroup.set(groupId, { ...intent, outstanding: null });
  }

  /**
   * Forgets a membership that is gone; the next grant decides anew. Never while something is outstanding. With the last
   * one the member's access at the site has ended.
   */
  async close(groupId: string): Promise<void> {
    await this.#session.query(
      `WITH closed AS (
         DELETE FROM group_intent WHERE site_id = $1 AND member_id = $2 AND group_id = $3 AND outstanding IS NULL
         RETURNING 1),
       ${becomesIdle(
         'to_timestamp($4::float8 / 1000)',
         `idle_at IS NULL AND EXISTS (SELECT FROM closed) AND NOT EXISTS (
            SELECT FROM group_intent WHERE site_id = $1 AND member_id = $2 AND group_id <> $3)`,
       )}`,
      [...this.#pair, groupId, this.#session.now()],
    );
    this.#byGroup.delete(groupId);
  }

  #existing(groupId: string): Intent {
    const intent = this.get(groupId);
    if (intent === undefined) throw new Error(`No intent was decided for group ${groupId}`);
    return intent;
  }

  get #pair(): [string, string] {
    return [this.#session.pair.siteId, this.#session.pair.memberId];
  }
}

function settledAt({ lastWriteAt }: Intent): number {
  return (lastWriteAt ?? 0) + VERIFY_AFTER_MS;
}

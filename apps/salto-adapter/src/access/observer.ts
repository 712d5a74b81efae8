import type { GroupMembers } from '../salto-ks/group-members.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { asDoorFailure, type DoorFailure } from './failures.ts';
import { VERIFY_AFTER_MS, type Intents } from './intents.ts';
import type { PairSession } from './pair-lock.ts';

/** What a read shows of the member in one group. A group that is `missing` holds nobody. */
export type Seen = 'present' | 'absent' | 'missing' | DoorFailure;

export interface ObserverParts {
  readonly session: PairSession;
  readonly site: SaltoKsSite;
  readonly intents: Intents;
  readonly members: GroupMembers;
  /** How old a read that was made for others may be. */
  readonly maxAgeMs: number;
}

/** Reads whether a user is in groups, and settles the unanswered writes that are old enough for it. */
export class Observer {
  readonly #parts: ObserverParts;

  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  /** @param fresh only a read that begins now will do */
  async observe(platformId: string, groupIds: readonly string[], { fresh = false } = {}): Promise<Map<string, Seen>> {
    const now = this.#parts.session.now();
    const reads = await Promise.all(
      groupIds.map(async (groupId) => {
        const age = fresh ? 0 : Math.min(this.#parts.maxAgeMs, this.#usefulAgeMs(groupId, now));
        return { groupId, seen: await this.#read(platformId, groupId, age), readAt: now - age };
      }),
    );
    for (const { groupId, seen, readAt } of reads) {
      if (typeof seen === 'string') await this.#parts.intents.verified(groupId, readAt);
    }
    return new Map(reads.map(({ groupId, seen }) => [groupId, seen]));
  }

  async #read(platformId: string, groupId: string, maxAgeMs: number): Promise<Seen> {
    const { site, members, session } = this.#parts;
    const key = `${session.pair.siteId}/${groupId}`;
    try {
      const present = await members.read(key, maxAgeMs, () => site.groupMembers(groupId));
      return present.has(platformId) ? 'present' : 'absent';
    } catch (error) {
      const failure = asDoorFailure(error);
      return failure.code === 'group_missing' ? 'missing' : failure;
    }
  }

  /**
   * A read from before the pair's last write shows nothing (also of a group whose intent is closed since), and one that
   * is to settle a write must be late enough.
   */
  #usefulAgeMs(groupId: string, now: number): number {
    const { intents } = this.#parts;
    const sinceWriteMs = intents.lastWriteAt === null ? Infinity : Math.max(0, now - intents.lastWriteAt);
    const { outstanding = null, lastWriteAt } = intents.get(groupId) ?? {};
    const sinceSettledMs = now - (lastWriteAt ?? 0) - VERIFY_AFTER_MS;
    return outstanding !== null && sinceSettledMs >= 0 ? Math.min(sinceWriteMs, sinceSettledMs) : sinceWriteMs;
  }
}

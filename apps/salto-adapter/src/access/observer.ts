import type { Urgency } from '@latchkey/access-workflows';
import type { GroupMembers } from '../salto-ks/group-members.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { asDoorFailure, type DoorFailure } from './failures.ts';
import { VERIFY_AFTER_MS, type Intents } from './intents.ts';
import type { PairSession } from './pair-lock.ts';

/** What a read shows of the member in one group. A group that is `missing` holds nobody. */
export type Seen = 'present' | 'absent' | 'missing' | DoorFailure;

interface Look {
  readonly seen: Seen;
  /** Of the read that it rests on, when it was asked for. */
  readonly ageMs: number;
}

export interface ObserverParts {
  readonly session: PairSession;
  readonly site: SaltoKsSite;
  readonly intents: Intents;
  readonly members: GroupMembers;
  readonly urgency: Urgency;
  /** How old a read that was made for others may be. */
  readonly maxAgeMs: number;
}

/**
 * A look that shows the member absent serves longer, the more calls it took: looks so take some 4 % of a budget of 8
 * calls a second up to a thousand members (docs/adr/0013). One that shows the member present does not, since then nothing is added.
 */
// Both in units of `maxAgeMs`.
const ABSENCE_AGE_PER_PAGE = 2.5;
const LONGEST_ABSENCE_AGE = 15;

/** How old a look of so many pages may be that shows a member absent, ms. */
export function absenceAgeMs(maxAgeMs: number, pages: number): number {
  return maxAgeMs * Math.min(ABSENCE_AGE_PER_PAGE * pages, LONGEST_ABSENCE_AGE);
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
    const looks = await Promise.all(
      groupIds.map(async (groupId) => ({
        groupId,
        ...(await this.#look(platformId, groupId, fresh ? 0 : this.#usefulAgeMs(groupId, now))),
      })),
    );
    for (const { groupId, seen, ageMs } of looks) {
      if (typeof seen === 'string') await this.#parts.intents.verified(groupId, now - ageMs);
    }
    return new Map(looks.map(({ groupId, seen }) => [groupId, seen]));
  }

  async #look(platformId: string, groupId: string, usefulAgeMs: number): Promise<Look> {
    const { maxAgeMs } = this.#parts;
    const look = await this.#read(platformId, groupId, (pages) => Math.min(absenceAgeMs(maxAgeMs, pages), usefulAgeMs));
    if (look.seen !== 'present' || look.ageMs <= maxAgeMs) return look;
    return this.#read(platformId, groupId, () => Math.min(maxAgeMs, usefulAgeMs));
  }

  async #read(platformId: string, groupId: string, maxAgeMs: (pages: number) => number): Promise<Look> {
    const { site, members, session, urgency } = this.#parts;
    const key = `${session.pair.siteId}/${groupId}`;
    try {
      const read = await members.read(key, urgency, maxAgeMs, (onPage) => site.groupMembers(groupId, onPage));
      return { seen: read.members.has(platformId) ? 'present' : 'absent', ageMs: read.ageMs };
    } catch (error) {
      const failure = asDoorFailure(error);
      return { seen: failure.code === 'group_missing' ? 'missing' : failure, ageMs: 0 };
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

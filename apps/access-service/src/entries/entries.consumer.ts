import { ENTRIES_KEPT_DAYS, entryEvents, type EntryState } from '@latchkey/contracts';
import { metrics, OnEvent, onCommit, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { handleEvent } from '../facts/handle-event.ts';
import type { StoredGrant } from '../ledger/grant-record.ts';
import { Ledger } from '../ledger/ledger.ts';
import { DoorEvents } from './door-events.repository.ts';
import { warningsAfter, wasInEffect, type DoorUse } from './door-rules.ts';

const DAY_MS = 24 * 60 * 60_000;

const counted = () =>
  metrics.counter('door_events_total', 'Members at doors, and whether a grant was in effect', [
    'outcome',
    'reason',
    'was_granted',
  ]);

/** What doors say of members: kept for a while, and compared with what they should have done. It never changes access. */
@Controller()
export class EntriesConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
    private readonly doorEvents: DoorEvents,
  ) {}

  @OnEvent(entryEvents.recorded)
  recorded({ event: { data } }: Received<typeof entryEvents.recorded>): Promise<HandledAs> {
    const { memberId, siteId } = data;
    const use: DoorUse = { ...data, at: Date.parse(data.at) };
    // Whoever is no member of ours is none of our business.
    if (memberId === null) return Promise.resolve();
    if (use.at < Date.now() - ENTRIES_KEPT_DAYS * DAY_MS) return Promise.resolve('stale');
    return handleEvent(this.dataSource, async (em) => {
      let handled: HandledAs = 'duplicate';
      await this.ledger.remark(em, { siteId, memberId }, use.at - DAY_MS, async (grants) => {
        const wasGranted = grants.some((grant) => wasInEffect(grant, use));
        if (!(await this.doorEvents.save(em, { ...data, memberId }, wasGranted))) return grants;
        handled = undefined;
        count(em, data, wasGranted);
        return this.#warned(em, grants, { siteId, memberId, use });
      });
      return handled;
    });
  }

  async #warned(
    em: EntityManager,
    grants: readonly StoredGrant[],
    { siteId, memberId, use }: { siteId: string; memberId: string; use: DoorUse },
  ): Promise<readonly StoredGrant[]> {
    const hasOpenedSince = use.reason !== null && (await this.doorEvents.hasOpenedSince(em, siteId, memberId, use));
    return grants.map((grant) => ({ ...grant, doorWarnings: warningsAfter(grant, use, hasOpenedSince) }));
  }
}

function count(em: EntityManager, { outcome, reason }: EntryState, wasGranted: boolean): void {
  onCommit(em, () => counted().inc({ outcome, reason: reason ?? '', was_granted: String(wasGranted) }));
}

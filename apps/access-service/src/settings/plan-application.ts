import type { PlanApplicationAnswer, PlanApplicationRequest } from '@latchkey/contracts';
import { requireVersion } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { lockForChange } from '../facts/fact-locks.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AccessSettings } from './access-settings.ts';
import { countPeople, readPlanItems, type PlanItem } from './plan-items.ts';
import { replaceSettings } from './setting-rows.ts';

const ITEMS_SHOWN = 500;

/** Gives a plan's existing subscriptions the groups that it has now, in one step (S1.6). */
export class PlanApplication {
  readonly #settings: AccessSettings;
  readonly #ledger: Ledger;

  constructor(settings: AccessSettings, ledger: Ledger) {
    this.#settings = settings;
    this.#ledger = ledger;
  }

  /**
   * It takes effect at once, as any choice for an item. A preview writes nothing, and is of the same moment.
   * @throws Problem 412 `version_conflict`
   */
  async apply(
    em: EntityManager,
    planId: string,
    { version, includeChosenByHand, dryRun, chosenBy }: PlanApplicationRequest & { readonly chosenBy: string },
  ): Promise<PlanApplicationAnswer> {
    if (!dryRun) await lockForChange(em, { kind: 'setting', of: 'plan', id: planId });
    const plan = await this.#settings.read(em, { kind: 'plan', id: planId });
    requireVersion(plan.version, version);
    const { groupIds } = plan;
    const items = await readPlanItems(em, planId, groupIds);
    const isMeant = ({ state }: PlanItem) => state === 'differs' || (state === 'chosen_by_hand' && includeChosenByHand);
    const meant = items.filter(isMeant);
    const subscriptionIds = [...new Set(meant.map(({ subscriptionId }) => subscriptionId))];
    const answer = {
      isDryRun: dryRun,
      groupIds,
      found: {
        same: count(items, 'same'),
        differs: count(items, 'differs'),
        chosen_by_hand: count(items, 'chosen_by_hand'),
      },
      changed: {
        items: meant.length,
        subscriptions: subscriptionIds.length,
        people: await countPeople(em, subscriptionIds),
      },
      items: items
        .filter(({ state }) => state !== 'same')
        .slice(0, ITEMS_SHOWN)
        .map((item) => ({ ...item, groupIds: [...item.groupIds], isChanged: isMeant(item) })),
    };
    if (!dryRun && meant.length > 0) {
      const itemIds = meant.map(({ itemId }) => itemId);
      await replaceSettings(em, 'subscription_item', itemIds, { groupIds, chosenBy, isFromPlan: true });
      const cause = `the groups of plan ${planId} were given to existing subscriptions`;
      await this.#ledger.itemsChanged(em, itemIds, { signal: 'changed', cause });
    }
    return answer;
  }
}

function count(items: readonly PlanItem[], wanted: PlanItem['state']): number {
  return items.filter(({ state }) => state === wanted).length;
}

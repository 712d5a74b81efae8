import type { Entitlement } from '@latchkey/access-domain';
import { subscriptionEvents, type SubscriptionState } from '@latchkey/contracts';
import { OnEvent, type HandledAs, type Received } from '@latchkey/service-kit';
import { Controller } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockForReading, type SharedFact } from '../facts/fact-locks.ts';
import { handleEvent } from '../facts/handle-event.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { WakeupCause } from '../ledger/wakeups.ts';
import { saveDeletedSubscription, saveSubscription } from './subscription.projection.ts';

/** What a subscription is now decides, whichever event said so first: duplicates and stale ones wake its workflow too. */
@Controller()
export class SubscriptionsConsumer {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: Ledger,
  ) {}

  @OnEvent(subscriptionEvents.changed)
  changed({ event: { data, version } }: Received<typeof subscriptionEvents.changed>): Promise<HandledAs> {
    const why: WakeupCause =
      data.cancelledAt === null
        ? {
            signal: 'changed',
            cause: version === 1 ? 'subscription made' : `subscription changed (version ${version})`,
          }
        : { signal: 'cancelled', cause: `subscription cancelled (version ${version})` };
    return handleEvent(this.dataSource, async (em) => {
      await lockForReading(em, factsOf(data));
      const handled = await saveSubscription(em, data, version);
      await this.ledger.entitlementsChanged(em, concerned(data), why);
      return handled;
    });
  }

  @OnEvent(subscriptionEvents.deleted)
  deleted({ event: { data, version } }: Received<typeof subscriptionEvents.deleted>): Promise<HandledAs> {
    const { id, deletedAt } = data;
    const why: WakeupCause = { signal: 'cancelled', cause: 'subscription deleted' };
    return handleEvent(this.dataSource, async (em) => {
      const handled = await saveDeletedSubscription(em, { id, version }, deletedAt);
      await this.ledger.entitlementChanged(em, { kind: 'subscription', id }, why);
      return handled;
    });
  }
}

function factsOf({ locationId, holder, items }: SubscriptionState): SharedFact[] {
  return [
    { kind: 'location', id: locationId },
    ...(holder.kind === 'company' ? [{ kind: 'company', id: holder.companyId } as const] : []),
    ...items.flatMap((item): SharedFact[] => [
      { kind: 'setting', of: 'subscription_item', id: item.id },
      item.kind === 'plan'
        ? { kind: 'setting', of: 'plan', id: item.planId }
        : { kind: 'setting', of: 'resource', id: item.resourceId },
    ]),
  ];
}

/** The one that it replaces holds its groups until this one is known: it must look again too. */
function concerned({ id, replacesId }: SubscriptionState): Entitlement[] {
  const ids = replacesId === null ? [id] : [id, replacesId];
  return ids.map((of) => ({ kind: 'subscription', id: of }));
}

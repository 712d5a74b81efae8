import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Entitlement } from '@latchkey/access-domain';
import type { AccessPlan } from '../activities.ts';
import * as keys from '../search-attributes.ts';

type AttributeUpdate = Extract<Parameters<typeof upsertSearchAttributes>[0], readonly unknown[]>[number];

/** A value of a search attribute may take 2 KB. */
const maxMembers = 40;

/** Shows in Temporal UI what the workflow is about. */
export class Visibility {
  private readonly entitlement: Entitlement;
  private shown = new Map<string, string>();

  constructor(entitlement: Entitlement) {
    this.entitlement = entitlement;
  }

  /** @param asOf the plan's, epoch ms */
  show(plan: AccessPlan, asOf: number, warning: string): void {
    this.showDetails(plan, warning);
    if (this.isPassing(plan)) return;
    const attributes = this.attributes(plan, asOf);
    const changed = attributes.filter(({ key, value }) => this.shown.get(key.name) !== JSON.stringify(value));
    this.shown = new Map(attributes.map(({ key, value }) => [key.name, JSON.stringify(value)]));
    if (changed.length > 0) upsertSearchAttributes(changed);
  }

  /** Costs no event: Temporal UI asks the worker for it. */
  showDetails(plan: AccessPlan, warning: string): void {
    setCurrentDetails(plan.details + warning);
  }

  /**
   * Granting and revoking last a second or two when all is well. Writing them down each time would cost every opening
   * a visibility write in the middle of its herd; one that lasts shows by a `NextActionAt` that has passed.
   */
  private isPassing({ due, health }: AccessPlan): boolean {
    return due.length > 0 && this.shown.get(keys.GrantHealth.name) === JSON.stringify(health);
  }

  private attributes(plan: AccessPlan, asOf: number): AttributeUpdate[] {
    const isBooking = this.entitlement.kind === 'booking';
    return [
      { key: keys.EntitlementKind, value: this.entitlement.kind },
      { key: keys.LocationId, value: plan.locationId },
      { key: keys.SaltoSiteId, value: plan.siteId },
      { key: keys.CompanyId, value: plan.companyId },
      { key: keys.AccessPhase, value: plan.phase },
      { key: keys.GrantHealth, value: plan.health },
      { key: keys.MemberIds, value: isBooking ? plan.memberIds.slice(0, maxMembers) : null },
      { key: keys.WindowStart, value: date(plan.window?.opensAt) },
      { key: keys.WindowEnd, value: date(plan.window?.closesAt) },
      { key: keys.NextActionAt, value: date(plan.due.length > 0 ? asOf : plan.wakeAt) },
    ];
  }
}

function date(instant: number | null | undefined): Date | null {
  return instant === null || instant === undefined ? null : new Date(instant);
}

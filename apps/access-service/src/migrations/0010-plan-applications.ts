import { migration } from '@latchkey/service-kit';

/**
 * `is_from_plan`: the item's groups were not chosen for it, but given to all of its plan's existing subscriptions at
 * once (S1.6).
 */
export const createPlanApplications = migration(
  10,
  'plan-applications',
  `
ALTER TABLE access_setting ADD is_from_plan boolean NOT NULL DEFAULT false;
CREATE INDEX subscription_item_plan ON subscription_item (plan_id) WHERE plan_id IS NOT NULL;
`,
);

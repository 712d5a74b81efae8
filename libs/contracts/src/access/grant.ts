import { z } from 'zod';
import { defineAggregate } from '../event.ts';
import { topics } from '../topics.ts';
import { instant } from '../values.ts';
import { refusalReason } from './entry.ts';

export const entitlementKind = z.enum(['subscription', 'booking', 'manual']);

export const grantStatus = z.enum([
  'scheduled',
  'granting',
  'active',
  'retrying',
  'blocked',
  'revoking',
  'ended',
  'stopped',
  'missed',
  'left_open',
]);

/** What is worth a look although Salto KS has what it should have. The status stays. */
export const grantWarning = z.object({
  code: z.enum(['refused_at_door']),
  /** What the door said. */
  reason: refusalReason,
  lockId: z.string(),
  at: instant,
});
export type GrantWarning = z.infer<typeof grantWarning>;

/** One entitlement that gives one member one access group, and how far that has come. */
export const grantState = z.object({
  id: z.uuid(),
  locationId: z.uuid(),
  siteId: z.uuid(),
  groupId: z.string().min(1),
  memberId: z.uuid(),
  entitlement: z.object({ kind: entitlementKind, id: z.uuid() }),
  status: grantStatus,
  opensAt: instant,
  closesAt: instant.nullable(),
  /** The code of what is wrong; null while all is well. */
  errorCode: z.string().nullable(),
  nextAttemptAt: instant.nullable(),
  /** None in events from before there were any. */
  warnings: z.array(grantWarning).default([]),
});

export type GrantState = z.infer<typeof grantState>;
export const grantEvents = defineAggregate('access', 'grant', topics.grants, grantState);

import { z } from 'zod';
import type { EventDefinition } from '../event.ts';
import { topics } from '../topics.ts';
import { instant } from '../values.ts';

export const entryOutcome = z.enum(['opened', 'refused']);

/**
 * What the lock said. `no_access`: it does not know the key; `suspended`: the user has no seat; `denied`: it knows the
 * person and refuses all the same (blocked, expired, outside its hours); `offline`: it could not ask.
 */
export const refusalReason = z.enum(['no_access', 'suspended', 'denied', 'offline', 'unknown']);
export type RefusalReason = z.infer<typeof refusalReason>;

/** Somebody was at a door. Ids only; it never changes. */
export const entryState = z.object({
  /** Salto's, opaque. An entry is published once; what was seen twice has the same id. */
  id: z.string().min(1).max(200),
  siteId: z.uuid(),
  /** The locations that were connected to the site. */
  locationIds: z.array(z.uuid()),
  lockId: z.string().min(1).max(200),
  /** Null for a Salto user who is no member of ours, and for a key that belongs to nobody. */
  memberId: z.uuid().nullable(),
  outcome: entryOutcome,
  /** Null when it opened. */
  reason: refusalReason.nullable(),
  /** The kind of key, in Salto's word (`mobile_key`, `pin_code`); null where it gives none. */
  accessBy: z.string().max(50).nullable(),
  /** When it was at the door. A lock that was off line tells of it later: the order of events is not this one. */
  at: instant,
  /** Of a refused member's groups those that open the lock; null where it opened or that is not known. */
  groupIds: z.array(z.string()).nullable(),
});
export type EntryState = z.infer<typeof entryState>;

/** The subject is the site: its entries stay in the order in which they became known, numbered without gaps. */
const recorded: EventDefinition<EntryState> = {
  type: 'access.entry.recorded.v1',
  topic: topics.entries,
  aggregate: 'door_log',
  subject: 'siteId',
  schema: entryState,
};

export const entryEvents = { recorded };

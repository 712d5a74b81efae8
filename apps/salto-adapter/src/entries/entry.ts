import type { EntryState, RefusalReason } from '@latchkey/contracts';
import type { EntryAnswer } from '../salto-ks/entries.client.ts';

/** A door was opened or refused, before we know to whom. */
export interface Entry extends Pick<EntryState, 'id' | 'lockId' | 'outcome' | 'reason' | 'accessBy'> {
  readonly platformId: string | null;
  /** Epoch ms. */
  readonly at: number;
}

/** Salto's word for a kind of key; anything else could hold whatever somebody typed. */
const kindOfKey = /^[a-z][a-z0-9_]{0,49}$/;

/** What a line of the log says of a door; undefined for other lines (privacy mode, batteries …). */
export function entryOf(answer: EntryAnswer): Entry | undefined {
  const outcome = OUTCOMES[answer.event_category];
  if (outcome === undefined) return undefined;
  const accessBy = answer.access_by ?? '';
  return {
    id: answer.id,
    lockId: answer.lock_id,
    platformId: answer.user_id ?? null,
    outcome,
    reason: outcome === 'opened' ? null : reasonOf(answer),
    accessBy: kindOfKey.test(accessBy) ? accessBy : null,
    at: answer.utc_date_time,
  };
}

const OUTCOMES: Readonly<Record<string, Entry['outcome']>> = { lock_opened: 'opened', lock_rejected: 'refused' };

/** Measured at one lock: an alias without a detail is somebody whom the lock knows and refuses. */
function reasonOf({ event_detail: detail, user_alias: hasAlias }: EntryAnswer): RefusalReason {
  switch (detail) {
    case 'no_access':
    case 'suspended':
    case 'offline':
      return detail;
    case null:
    case undefined:
      return hasAlias ? 'denied' : 'unknown';
    default:
      return 'unknown';
  }
}

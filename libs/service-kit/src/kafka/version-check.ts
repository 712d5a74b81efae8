/** How an event's version stands to the one that a projection has seen. */
export type VersionCheck = 'duplicate' | 'stale' | 'next' | 'gap';

/**
 * Compares an event's aggregate version with the projection's, under the lock of the projection's row.
 * Events carry whole states, so the newer version wins: `next` and `gap` are applied, `stale` and `duplicate` are not.
 * A gap is worth a look (a dead letter, a consumer that joined late) but never blocks.
 * @param seen undefined where the aggregate is new to the projection
 */
export function compareVersions(seen: number | undefined, incoming: number): VersionCheck {
  const last = seen ?? 0;
  if (incoming === last) return 'duplicate';
  if (incoming < last) return 'stale';
  return incoming === last + 1 ? 'next' : 'gap';
}

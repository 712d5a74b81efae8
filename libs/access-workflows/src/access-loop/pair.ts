import type { Pair } from '../activities.ts';

/** A key for maps of pairs; no id contains a space. */
export function pairKey({ siteId, memberId }: Pair): string {
  return `${siteId} ${memberId}`;
}

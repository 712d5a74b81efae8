import type { AccessWindow } from './access-window.ts';

/** A group that a member should be in, and until when (epoch ms; null where no end is known). */
export interface DesiredGroup {
  readonly id: string;
  readonly until: number | null;
}

export interface GroupWindow extends AccessWindow {
  readonly groupId: string;
}

/** Windows that follow each other within this time are one: nobody is removed in between (S5.2). */
export const JOIN_MS = 60_000;

/**
 * What a member should have at `now` (epoch ms): the union of the windows, joined where one follows the other within a
 * minute, by group id. Windows that closed less than `JOIN_MS` ago matter too: give them all.
 */
export function desiredGroups(windows: readonly GroupWindow[], now: number): DesiredGroup[] {
  const byGroup = Map.groupBy(windows, (window) => window.groupId);
  return [...byGroup.entries()]
    .flatMap(([id, ofGroup]) => {
      const open = joined(ofGroup).find(({ opensAt, closesAt }) => opensAt <= now && now < (closesAt ?? Infinity));
      return open === undefined ? [] : [{ id, until: open.closesAt }];
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function joined(windows: readonly AccessWindow[]): AccessWindow[] {
  const joins: AccessWindow[] = [];
  for (const window of windows.toSorted((a, b) => a.opensAt - b.opensAt)) {
    if (window.closesAt !== null && window.closesAt <= window.opensAt) continue;
    const last = joins.at(-1);
    if (last === undefined || (last.closesAt !== null && last.closesAt + JOIN_MS < window.opensAt)) joins.push(window);
    else joins[joins.length - 1] = { opensAt: last.opensAt, closesAt: later(last.closesAt, window.closesAt) };
  }
  return joins;
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.max(a, b);
}

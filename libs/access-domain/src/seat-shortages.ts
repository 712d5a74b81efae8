import { PREPARE_AHEAD_MS } from './pacing.ts';
import type { AccessWindow } from './access-window.ts';

/** A member's window at a site, by whatever entitlement and group. Instants are epoch ms. */
export interface SeatWindow extends AccessWindow {
  readonly memberId: string;
}

export interface SeatSupply {
  /** Seats that the site has. */
  readonly limit: number;
  /** Seats that are taken whatever happens: by others, and by members who keep theirs. */
  readonly fixed: number;
  /** Members who keep their seat: their windows need none. */
  readonly keptMemberIds: ReadonlySet<string>;
  /** How long after a member's access its seat is given back, ms. */
  readonly releaseAfterMs: number;
}

/** A time in which more people need a seat than there are. */
export interface SeatShortage {
  /** Epoch ms. */
  readonly startsAt: number;
  /** Null where it goes on to the end of the horizon. */
  readonly endsAt: number | null;
  /** Seats that are missing at the worst. */
  readonly missing: number;
  /** At the first instant at which so many are missing: those who came last, and would go without. */
  readonly memberIds: readonly string[];
}

interface Need {
  readonly memberId: string;
  readonly from: number;
  readonly until: number;
}

/**
 * When the seats of a site do not suffice between two instants (epoch ms). A member needs one seat from its preparation
 * before a window until its release after it, however many windows it has.
 */
export function seatShortages(
  windows: readonly SeatWindow[],
  supply: SeatSupply,
  { from, to }: { readonly from: number; readonly to: number },
): SeatShortage[] {
  const needs = needsOf(windows, supply).filter((need) => need.until > from && need.from < to);
  const free = Math.max(0, supply.limit - supply.fixed);
  const edges = new Set([from, ...needs.flatMap((need) => [need.from, need.until])]);
  const instants = [...edges].filter((at) => at >= from && at < to).sort((a, b) => a - b);
  const shortages: SeatShortage[] = [];
  let seekers: Need[] = [];
  let next = 0;
  const byStart = needs.toSorted(byArrival);
  for (const at of instants) {
    seekers = seekers.filter(({ until }) => until > at);
    for (let need = byStart[next]; need !== undefined && need.from <= at; need = byStart[++next]) seekers.push(need);
    note(shortages, at, seekers.slice(free));
  }
  return shortages;
}

/** Begins a shortage, goes on with it, makes it worse, or ends it. */
function note(shortages: SeatShortage[], at: number, without: readonly Need[]): void {
  const last = shortages.at(-1);
  const isRunning = last !== undefined && last.endsAt === null;
  const memberIds = without.map(({ memberId }) => memberId);
  const missing = memberIds.length;
  if (missing === 0) {
    if (isRunning) shortages[shortages.length - 1] = { ...last, endsAt: at };
  } else if (!isRunning) {
    shortages.push({ startsAt: at, endsAt: null, missing, memberIds });
  } else if (missing > last.missing) {
    shortages[shortages.length - 1] = { ...last, missing, memberIds };
  }
}

/** Each member's times with a seat, joined where they touch. */
function needsOf(windows: readonly SeatWindow[], { keptMemberIds, releaseAfterMs }: SeatSupply): Need[] {
  const byMember = Map.groupBy(windows, ({ memberId }) => memberId);
  return [...byMember].flatMap(([memberId, own]) => {
    if (keptMemberIds.has(memberId)) return [];
    const times: Need[] = [];
    for (const { opensAt, closesAt } of own.toSorted((a, b) => a.opensAt - b.opensAt)) {
      const need = {
        memberId,
        from: opensAt - PREPARE_AHEAD_MS,
        until: closesAt === null ? Infinity : closesAt + releaseAfterMs,
      };
      const last = times.at(-1);
      if (last === undefined || last.until < need.from) times.push(need);
      else times[times.length - 1] = { ...last, until: Math.max(last.until, need.until) };
    }
    return times;
  });
}

function byArrival(a: Need, b: Need): number {
  return a.from - b.from || (a.memberId < b.memberId ? -1 : 1);
}

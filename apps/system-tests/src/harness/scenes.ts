import { HOUR_MS, iso } from './lab.ts';
import type { Changes } from './salto.ts';
import type { Seat } from './seat.ts';

/** What happens to one seat around an accident, and what must have come of it when all is quiet again. */
export interface Scene {
  readonly title: string;
  /** Before anything else; access of it is open before the scene goes on. */
  readonly begin?: (seat: Seat) => Promise<void>;
  /** Shortly before the accident: what is to happen by itself at the instant, epoch ms. */
  readonly arrange?: (seat: Seat, at: number) => Promise<void>;
  /** What somebody does at the instant. */
  readonly act?: (seat: Seat) => Promise<void>;
  readonly statuses: readonly string[];
  readonly changes: Changes;
}

const tomorrow = { startsAt: iso(Date.now() + 24 * HOUR_MS), endsAt: iso(Date.now() + 25 * HOUR_MS) };
const book = (seat: Seat) => seat.book();
const inOnce: Changes = { adds: 1, removals: 0 };
const inAndOut: Changes = { adds: 1, removals: 1 };

/** The stories in whose middle things are killed. Each changes a group no more often than it has to. */
export const scenes: readonly Scene[] = [
  { title: 'a booking goes on', begin: book, statuses: ['active'], changes: inOnce },
  { title: 'a booking for now is made', act: book, statuses: ['active'], changes: inOnce },
  {
    title: 'a booking is cancelled',
    begin: book,
    act: (seat) => seat.cancel(),
    statuses: ['ended'],
    changes: inAndOut,
  },
  {
    title: 'a window opens by itself',
    arrange: (seat, at) => seat.book(at),
    statuses: ['active'],
    changes: inOnce,
  },
  {
    title: 'a window closes by itself',
    begin: book,
    arrange: (seat, at) => seat.edit({ endsAt: iso(at) }),
    statuses: ['ended'],
    changes: inAndOut,
  },
  {
    title: 'a booking follows another without a gap',
    begin: book,
    arrange: async (seat, at) => {
      await seat.edit({ endsAt: iso(at) });
      await seat.book(at);
    },
    statuses: ['ended', 'active'],
    changes: inOnce,
  },
  {
    title: 'a booking is moved to tomorrow',
    begin: book,
    act: (seat) => seat.edit(tomorrow),
    statuses: ['scheduled'],
    changes: inAndOut,
  },
];

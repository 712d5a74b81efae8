import { Table } from './table.ts';

/** The last time that a lock let somebody in: what it goes by while it is off line. */
export interface RecentOpening {
  /** `openingId(lock, platform id)`. */
  id: string;
  lock_id: string;
  /** The platform id. */
  user_id: string;
  /** Epoch ms. */
  at: number;
}

export const openingId = (lockId: string, userId: string): string => `${lockId} ${userId}`;

export class RecentOpenings extends Table<RecentOpening> {
  ofLock(lockId: string): RecentOpening[] {
    return this.all().filter(({ lock_id }) => lock_id === lockId);
  }
}

import type { TimeSchedule } from '../door/schedule.ts';
import { Table } from './table.ts';

/** A membership change on its way to the locks. */
interface PendingChange {
  user_id: string;
  is_member: boolean;
  reaches_lock_at: number;
}

/** A change of the schedules on its way to the locks, with what they have until then. */
interface PendingSchedules {
  before: TimeSchedule[];
  reaches_lock_at: number;
}

/** What is stored of an access group. Members are platform ids. */
export interface AccessGroupRecord {
  id: string;
  site_id: string;
  customer_reference: string;
  lock_ids: string[];
  time_schedules: TimeSchedule[];
  user_ids: string[];
  user_ids_at_lock: string[];
  pending: PendingChange[];
  pending_schedules?: PendingSchedules[];
}

/** People × locks. The locks' copies of members and schedules lag behind the cloud's. */
export class AccessGroup {
  readonly id: string;
  readonly site_id: string;
  customer_reference: string;
  readonly lock_ids: Set<string>;
  readonly time_schedules: Map<string, TimeSchedule>;
  readonly members: Set<string>;
  readonly #atLock: Set<string>;
  #pending: PendingChange[];
  #pendingSchedules: PendingSchedules[];

  constructor(record: AccessGroupRecord) {
    this.id = record.id;
    this.site_id = record.site_id;
    this.customer_reference = record.customer_reference;
    this.lock_ids = new Set(record.lock_ids);
    this.time_schedules = new Map(record.time_schedules.map((schedule) => [schedule.id, schedule]));
    this.members = new Set(record.user_ids);
    this.#atLock = new Set(record.user_ids_at_lock);
    this.#pending = [...record.pending];
    this.#pendingSchedules = [...(record.pending_schedules ?? [])];
  }

  /** Puts in or takes out; false when nothing changed. `reachesLockAt` is epoch ms. */
  setMember(userId: string, isMember: boolean, reachesLockAt: number): boolean {
    if (this.members.has(userId) === isMember) return false;
    if (isMember) this.members.add(userId);
    else this.members.delete(userId);
    // Changes reach the lock in their order, also when the setting is lowered between two of them.
    const reaches_lock_at = Math.max(reachesLockAt, this.#pending.at(-1)?.reaches_lock_at ?? 0);
    this.#pending.push({ user_id: userId, is_member: isMember, reaches_lock_at });
    return true;
  }

  /** Whether the locks of this group know the member at `now`. */
  isMemberAtLock(userId: string, now: number): boolean {
    this.#spread(now);
    return this.#atLock.has(userId);
  }

  /** Changes the schedules (by id). `reachesLockAt` is epoch ms. */
  changeSchedules(change: (schedules: Map<string, TimeSchedule>) => void, reachesLockAt: number): void {
    const before = [...this.time_schedules.values()];
    const reaches_lock_at = Math.max(reachesLockAt, this.#pendingSchedules.at(-1)?.reaches_lock_at ?? 0);
    this.#pendingSchedules.push({ before, reaches_lock_at });
    change(this.time_schedules);
  }

  /** The schedules that the locks of this group have at `now`. */
  schedulesAtLock(now: number): TimeSchedule[] {
    this.#spread(now);
    return this.#pendingSchedules[0]?.before ?? [...this.time_schedules.values()];
  }

  record(now: number): AccessGroupRecord {
    this.#spread(now);
    return {
      id: this.id,
      site_id: this.site_id,
      customer_reference: this.customer_reference,
      lock_ids: [...this.lock_ids],
      time_schedules: [...this.time_schedules.values()],
      user_ids: [...this.members],
      user_ids_at_lock: [...this.#atLock],
      pending: [...this.#pending],
      pending_schedules: [...this.#pendingSchedules],
    };
  }

  #spread(now: number): void {
    this.#pendingSchedules = this.#pendingSchedules.filter(({ reaches_lock_at }) => reaches_lock_at > now);
    if (this.#pending.length === 0) return;
    const later: PendingChange[] = [];
    for (const change of this.#pending) {
      if (change.reaches_lock_at > now) later.push(change);
      else if (change.is_member) this.#atLock.add(change.user_id);
      else this.#atLock.delete(change.user_id);
    }
    this.#pending = later;
  }
}

export class AccessGroups extends Table<AccessGroup> {
  ofSite(siteId: string): AccessGroup[] {
    return this.all().filter((group) => group.site_id === siteId);
  }

  ofLock(lockId: string): AccessGroup[] {
    return this.all().filter((group) => group.lock_ids.has(lockId));
  }
}

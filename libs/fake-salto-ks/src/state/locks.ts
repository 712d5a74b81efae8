export interface Lock {
  id: string;
  site_id: string;
  customer_reference: string;
  lock_type: string;
  online: boolean;
  /** Its bridge; null for one that is not connected to any. */
  iq_id: string | null;
  /** Epoch ms until which a remote opening keeps it unlocked. */
  unlocked_until: number | null;
}

/** What a lock is that was stored before there was more to tell. */
export const lockDefaults = { iq_id: null, unlocked_until: null };

import { Table } from './table.ts';

/** A bridge between the cloud and its locks. */
export interface Iq {
  id: string;
  site_id: string;
  customer_reference: string;
  online: boolean;
  /** Whether its locks open remotely only with a one-time code. */
  otp_enabled: boolean;
}

/** Commands whose wrong codes are counted apart (measured). */
export type OtpCommand = 'change_pin' | 'locking';

/** An account at an IQ: what its one-time codes are made of. Both parts are given out once, and never again. */
export interface IqActivation {
  /** `activationId(iq, account)`. */
  id: string;
  iq_id: string;
  account_id: string;
  secret: string;
  /** Null until it is mailed. */
  pin: string | null;
  /** What the IQ itself makes of the PIN: null when a change that was no change confused it (measured). */
  pin_at_iq: string | null;
  activated_at: number | null;
  failures: Partial<Record<OtpCommand, { count: number; blocked_until: number }>>;
}

export const activationId = (iqId: string, accountId: string): string => `${iqId} ${accountId}`;

export class IqActivations extends Table<IqActivation> {
  deleteOf(accountId: string): void {
    for (const { id, account_id } of this.all()) if (account_id === accountId) this.delete(id);
  }
}

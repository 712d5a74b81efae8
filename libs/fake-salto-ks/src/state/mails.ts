import { randomUUID } from 'node:crypto';
import { Table } from './table.ts';

/** A mail that Salto would have sent. */
export interface Mail {
  id: string;
  at: string;
  to: string;
  kind: 'invitation' | 'iq_pin';
  site_id: string;
  /** What is to be read out of it; only an `iq_pin` has it. */
  pin: string | null;
}

const MAILS_KEPT = 1000;

export class Mails extends Table<Mail> {
  /** Sends one, unless there is nobody to send it to. `now` is epoch ms. */
  send(mail: { to: string | null; kind: Mail['kind']; site_id: string; pin?: string }, now: number): void {
    if (mail.to === null) return;
    this.put({ pin: null, ...mail, id: randomUUID(), at: new Date(now).toISOString(), to: mail.to });
    if (this.size <= MAILS_KEPT * 1.2) return;
    for (const { id } of this.all().slice(0, -MAILS_KEPT)) this.delete(id);
  }
}

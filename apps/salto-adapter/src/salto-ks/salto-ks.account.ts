import type { z } from 'zod';
import { listAll } from './list.ts';
import { SaltoKsSite } from './salto-ks.client.ts';
import type { Sender } from './call.ts';
import { accountAnswer, siteAnswer } from './salto-ks.schemas.ts';

/** A Salto account, as its own token shows it. Every method throws SaltoKsError. */
export class SaltoKsAccount {
  readonly #send: Sender;
  readonly #apiUrl: string;

  constructor(send: Sender, apiUrl: string) {
    this.#send = send;
    this.#apiUrl = apiUrl;
  }

  me(): Promise<z.infer<typeof accountAnswer>> {
    const url = `${this.#apiUrl}/v1.2/me`;
    return this.#send({ operation: 'read account', method: 'GET', url, answer: accountAnswer });
  }

  /** All sites of which the account is a user, in whatever role. */
  sites(): Promise<z.infer<typeof siteAnswer>[]> {
    return listAll(this.#send, this.#apiUrl, {
      operation: 'read sites',
      url: `${this.#apiUrl}/v1.2/sites`,
      item: siteAnswer,
    });
  }

  site(siteId: string): SaltoKsSite {
    return new SaltoKsSite(this.#send, this.#apiUrl, siteId);
  }
}

import type { Pair } from '@latchkey/access-workflows';
import { inTransaction } from '@latchkey/service-kit';
import type { DataSource } from 'typeorm';
import type { LinkProposals } from '../people/link-proposals.ts';

/** Adopting somebody says whose the user is, as confirming a proposed link does: what was blocked for it goes on. */
export class LinkConfirmations {
  readonly #dataSource: DataSource;
  readonly #proposals: LinkProposals;

  constructor(dataSource: DataSource, proposals: LinkProposals) {
    this.#dataSource = dataSource;
    this.#proposals = proposals;
  }

  /** Confirms that the user is the member's. It comes before the link, which ends a proposal. */
  async confirm(pair: Pair, saltoUserId: string): Promise<void> {
    await inTransaction(this.#dataSource, (em) => this.#proposals.confirm(em, pair, saltoUserId));
  }
}

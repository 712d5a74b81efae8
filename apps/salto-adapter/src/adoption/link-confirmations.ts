import type { Pair } from '@latchkey/access-workflows';
import { inTransaction } from '@latchkey/service-kit';
import type { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import type { LinkProposals } from '../people/link-proposals.ts';

/** Adopting somebody says whose the user is, as confirming a proposed link does: what was blocked for it goes on. */
export class LinkConfirmations {
  readonly #dataSource: DataSource;
  readonly #proposals: LinkProposals;

  constructor(dataSource: DataSource, proposals: LinkProposals) {
    this.#dataSource = dataSource;
    this.#proposals = proposals;
  }

  /** Confirms that the user is the member's, where that was proposed. It comes before the link, which ends the proposal. */
  async confirm({ siteId, memberId }: Pair, saltoUserId: string): Promise<void> {
    await inTransaction(this.#dataSource, async (em) => {
      const isProposed = await queriesOf(em).query(
        'SELECT 1 AS one FROM link_proposal WHERE site_id = $1 AND member_id = $2 AND platform_id = $3 FOR UPDATE',
        [siteId, memberId, saltoUserId],
      );
      if (isProposed.length > 0) await this.#proposals.decide(em, siteId, memberId, 'link');
    });
  }
}

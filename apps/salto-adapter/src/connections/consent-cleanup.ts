import { inTransaction } from '@latchkey/service-kit';
import type { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import type { Work } from '../work-loop.ts';
import type { Consents } from './consents.ts';
import type { DiscardedTokens } from './discarded-tokens.ts';

/** Ends consents whose time is over, and revokes tokens that nothing uses any more. Replicas share the work. */
export class ConsentCleanup implements Work {
  readonly name = 'consent-cleanup';
  readonly lanes = 1;
  readonly lookEveryMs = 15_000;
  readonly #dataSource: DataSource;
  readonly #consents: Consents;
  readonly #discarded: DiscardedTokens;

  constructor(dataSource: DataSource, consents: Consents, discarded: DiscardedTokens) {
    this.#dataSource = dataSource;
    this.#consents = consents;
    this.#discarded = discarded;
  }

  readonly next = async (): Promise<boolean> => {
    await this.#consents.endExpired();
    // While the row is locked nobody else revokes the same token.
    return inTransaction(this.#dataSource, (em) => this.#discarded.revokeNext(queriesOf(em)));
  };
}

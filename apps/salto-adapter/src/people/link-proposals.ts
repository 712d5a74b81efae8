import { linkEvents, type LinkDecision, type LinkProposalBody, type LinkState } from '@latchkey/contracts';
import { page, positionAfter, type Outbox, type Page } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { queriesOf, type Queries } from '../database/queries.ts';
import type { Sealer } from '../encryption/sealer.ts';
import { shownIdentity } from './link-proposal-rows.ts';
import type { PageQuery } from './people.schemas.ts';

interface Row {
  readonly memberId: string;
  readonly shown: string;
  readonly foundAt: Date;
  readonly decision: LinkDecision | null;
}

const shownUser = z.object({ alias: z.string().nullable(), email: z.string().nullable() });
const position = z.tuple([z.uuid()]);

/** Salto users that were there before, for administrators to decide whose they are. */
export class LinkProposals {
  readonly #database: Queries;
  readonly #sealer: Sealer;
  readonly #outbox: Outbox;

  constructor(database: Queries, sealer: Sealer, outbox: Outbox) {
    this.#database = database;
    this.#sealer = sealer;
    this.#outbox = outbox;
  }

  async list(siteId: string, { limit, cursor }: PageQuery): Promise<Page<LinkProposalBody>> {
    const [after] = positionAfter(cursor, position) ?? [null];
    const rows = await this.#database.query<Row>(
      `SELECT member_id AS "memberId", shown, found_at AS "foundAt", decision FROM link_proposal
        WHERE site_id = $1 AND ($2::uuid IS NULL OR member_id > $2) ORDER BY member_id LIMIT $3`,
      [siteId, after, limit + 1],
    );
    const { items, nextCursor } = page(rows, limit, ({ memberId }) => [memberId]);
    return { items: items.map((row) => this.#body(siteId, row)), ...(nextCursor !== undefined && { nextCursor }) };
  }

  /**
   * Records a decision, and tells the access-service, which tries again what was blocked. The same decision again
   * changes nothing. `em` is the transaction of both.
   * @returns whether anything is proposed for the member
   */
  async decide(em: EntityManager, siteId: string, memberId: string, decision: LinkDecision): Promise<boolean> {
    const database = queriesOf(em);
    const [known] = await database.query<{ decision: LinkDecision | null }>(
      'SELECT decision FROM link_proposal WHERE site_id = $1 AND member_id = $2 FOR UPDATE',
      [siteId, memberId],
    );
    if (known === undefined) return false;
    if (known.decision === decision) return true;
    const [decided] = await database.query<LinkState & { version: number }>(
      `UPDATE link_proposal SET decision = $3, version = version + 1 WHERE site_id = $1 AND member_id = $2
       RETURNING id, version, site_id AS "siteId", member_id AS "memberId", decision`,
      [siteId, memberId, decision],
    );
    if (decided === undefined) return false;
    const { version, ...data } = decided;
    await this.#outbox.append(em, linkEvents.changed, { version, occurredAt: Date.now(), data });
    return true;
  }

  #body(siteId: string, { memberId, shown, foundAt, decision }: Row): LinkProposalBody {
    const saltoUser = shownUser.parse(JSON.parse(this.#sealer.open(shown, shownIdentity(siteId, memberId))));
    return { memberId, saltoUser, foundAt: foundAt.toISOString(), decision };
  }
}

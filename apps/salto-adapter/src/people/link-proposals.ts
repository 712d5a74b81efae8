import { randomUUID } from 'node:crypto';
import type { Pair } from '@latchkey/access-workflows';
import {
  linkEvents,
  type LinkDecision,
  type LinkDecisionOutcome,
  type LinkProposalBody,
  type LinkState,
  type NewLinkDecisions,
} from '@latchkey/contracts';
import { page, positionAfter, type Outbox, type Page } from '@latchkey/service-kit';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { queriesOf, type Queries } from '../database/queries.ts';
import type { Sealer } from '../encryption/sealer.ts';
import { shownIdentity } from './link-proposal-rows.ts';
import { isKnownAt, type LocationSite } from './own-people.ts';
import type { PageQuery } from './people.schemas.ts';

interface Row {
  readonly memberId: string;
  readonly platformId: string;
  readonly shown: string;
  readonly foundAt: Date;
  readonly decision: LinkDecision | null;
}

type ToldLink = LinkState & { readonly version: number };

export type MemberLinkDecision = NewLinkDecisions['decisions'][number];

const shownUser = z.object({ alias: z.string().nullable(), email: z.string().nullable() });
const position = z.tuple([z.uuid()]);

/** Salto users that were there before, for the administrators of members' locations to decide whose they are. */
export class LinkProposals {
  readonly #database: Queries;
  readonly #sealer: Sealer;
  readonly #outbox: Outbox;

  constructor(database: Queries, sealer: Sealer, outbox: Outbox) {
    this.#database = database;
    this.#sealer = sealer;
    this.#outbox = outbox;
  }

  async list({ siteId, locationId }: LocationSite, { limit, cursor }: PageQuery): Promise<Page<LinkProposalBody>> {
    const [after] = positionAfter(cursor, position) ?? [null];
    const rows = await this.#database.query<Row>(
      `SELECT member_id AS "memberId", platform_id AS "platformId", shown, found_at AS "foundAt", decision FROM link_proposal
        WHERE site_id = $1 AND ($2::uuid IS NULL OR member_id > $2)
          AND ${isKnownAt('link_proposal.member_id', '$4')} ORDER BY member_id LIMIT $3`,
      [siteId, after, limit + 1, locationId],
    );
    const { items, nextCursor } = page(rows, limit, ({ memberId }) => [memberId]);
    return { items: items.map((row) => this.#body(siteId, row)), ...(nextCursor !== undefined && { nextCursor }) };
  }

  /**
   * Records a decision, and tells the access-service, which tries again what was blocked. The same decision again
   * changes nothing. `em` is the transaction of both.
   * @returns `not_found` also where the member is not known to the location
   */
  async decide(
    em: EntityManager,
    { siteId, locationId }: LocationSite,
    { memberId, saltoUserId, decision }: MemberLinkDecision,
  ): Promise<LinkDecisionOutcome> {
    const database = queriesOf(em);
    const [known] = await database.query<Pick<Row, 'decision' | 'platformId'>>(
      `SELECT decision, platform_id AS "platformId" FROM link_proposal
        WHERE site_id = $1 AND member_id = $2 AND ${isKnownAt('link_proposal.member_id', '$3')} FOR UPDATE`,
      [siteId, memberId, locationId],
    );
    if (known === undefined) return 'not_found';
    if (known.platformId !== saltoUserId) return 'match_changed';
    if (known.decision === decision) return 'decided';
    const [decided] = await database.query<ToldLink>(
      `UPDATE link_proposal SET decision = $3, version = version + 1 WHERE site_id = $1 AND member_id = $2
       RETURNING id, version, site_id AS "siteId", member_id AS "memberId", decision`,
      [siteId, memberId, decision],
    );
    if (decided !== undefined) await this.#tell(em, decided);
    return 'decided';
  }

  /**
   * Somebody who was in a group is adopted as the member's. That decides what is proposed of the very user; where nothing
   * is, as while an e-mail was not verified, access may be blocked for it all the same.
   */
  async confirm(em: EntityManager, { siteId, memberId }: Pair, platformId: string): Promise<void> {
    const [confirmed] = await queriesOf(em).query<ToldLink>(
      `UPDATE link_proposal SET decision = 'link', version = version + 1
        WHERE site_id = $1 AND member_id = $2 AND platform_id = $3
       RETURNING id, version, site_id AS "siteId", member_id AS "memberId", decision`,
      [siteId, memberId, platformId],
    );
    await this.#tell(em, confirmed ?? { id: randomUUID(), version: 1, siteId, memberId, decision: 'link' });
  }

  async #tell(em: EntityManager, { version, ...data }: ToldLink): Promise<void> {
    await this.#outbox.append(em, linkEvents.changed, { version, occurredAt: Date.now(), data });
  }

  #body(siteId: string, { memberId, platformId, shown, foundAt, decision }: Row): LinkProposalBody {
    const saltoUser = shownUser.parse(JSON.parse(this.#sealer.open(shown, shownIdentity(siteId, memberId))));
    return { memberId, saltoUser: { id: platformId, ...saltoUser }, foundAt: foundAt.toISOString(), decision };
  }
}

import {
  linkDecisionsAnswer,
  linkProposalPage,
  newLinkDecision,
  newLinkDecisions,
  type LinkDecisionsAnswer,
  type LinkProposalBody,
  type NewLinkDecision,
  type NewLinkDecisions,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  conflict,
  CurrentCaller,
  inTransaction,
  notFound,
  NotIdempotent,
  pageQuery,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { locationParams, type LocationParams } from '../connections/connection.schemas.ts';
import { Connections } from '../connections/connections.ts';
import { connectedSite } from './connected-site.ts';
import { LinkProposals } from './link-proposals.ts';
import { memberParams, type MemberParams, type PageQuery } from './people.schemas.ts';

const HARMLESS = 'the same decision again changes nothing';

/** Whose the Salto users are that were there before Latchkey. Names are shown, hence administrators alone. */
@ApiTags('people')
@Controller('v1/connections/:locationId/link-proposals')
export class LinkProposalsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly proposals: LinkProposals,
  ) {}

  @Get()
  @Allow({ administrator: true })
  @Answers(
    200,
    linkProposalPage,
    "Users of the site with the verified e-mail of the location's people that nobody linked yet",
  )
  async list(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Query({ schema: pageQuery }) query: PageQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<LinkProposalBody>> {
    return this.proposals.list(await connectedSite(this.connections, caller, locationId), query);
  }

  @Post()
  @HttpCode(200)
  @NotIdempotent(HARMLESS)
  @Allow({ administrator: true })
  @Answers(200, linkDecisionsAnswer, 'What became of each; what has changed since it was shown hinders nothing')
  async decideMany(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Body({ schema: newLinkDecisions }) { decisions }: NewLinkDecisions,
    @CurrentCaller() caller: Caller,
  ): Promise<LinkDecisionsAnswer> {
    const at = await connectedSite(this.connections, caller, locationId);
    // In one order for everybody, lest two administrators wait for each other.
    const sorted = decisions.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
    return inTransaction(this.dataSource, async (em) => {
      const decided: LinkDecisionsAnswer['decided'] = [];
      for (const decision of sorted) {
        decided.push({ memberId: decision.memberId, outcome: await this.proposals.decide(em, at, decision) });
      }
      return { decided };
    });
  }

  @Post(':memberId')
  @HttpCode(200)
  @NotIdempotent(HARMLESS)
  @Allow({ administrator: true })
  @Answers(200, newLinkDecision, 'Decided; after "link" what was blocked is tried again')
  async decide(
    @Param({ schema: memberParams }) { locationId, memberId }: MemberParams,
    @Body({ schema: newLinkDecision }) decision: NewLinkDecision,
    @CurrentCaller() caller: Caller,
  ): Promise<NewLinkDecision> {
    const at = await connectedSite(this.connections, caller, locationId);
    const outcome = await inTransaction(this.dataSource, (em) =>
      this.proposals.decide(em, at, { memberId, ...decision }),
    );
    if (outcome === 'not_found') throw notFound('link_proposal', memberId);
    if (outcome === 'match_changed') {
      const detail = `Another Salto user than was shown is proposed as member ${memberId} by now.`;
      throw conflict('match_changed', detail, 'Look at the proposal again, and decide about that user.');
    }
    return decision;
  }
}

import { inspectedAccessGroup, type InspectedAccessGroup } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, notFound, requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { readDecisions } from '../adoption/adoption-rows.ts';
import type { Connection } from '../connections/connection.repository.ts';
import { Connections } from '../connections/connections.ts';
import { askingSalto } from '../connections/salto-problems.ts';
import { queriesOf } from '../database/queries.ts';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';
import { SaltoKsError } from '../salto-ks/salto-ks.errors.ts';
import { lintOf } from './group-lint.ts';
import { linkedMembers } from './memberships.ts';

const params = z.strictObject({ locationId: z.uuid(), groupId: z.string().min(1).max(200) });
type Params = z.infer<typeof params>;

/** One access group of the location's site, looked at before it is chosen. */
@ApiTags('connections')
@Controller('v1/connections/:locationId/access-groups/:groupId')
export class AccessGroupController {
  constructor(
    private readonly connections: Connections,
    private readonly dataSource: DataSource,
  ) {}

  @Get()
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, inspectedAccessGroup, 'What the group would open, and who is in it')
  async inspect(
    @Param({ schema: params }) { locationId, groupId }: Params,
    @CurrentCaller() caller: Caller,
  ): Promise<InspectedAccessGroup> {
    requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
    const connection = await this.connections.ofLocation(locationId);
    if (connection === undefined) throw notFound('connection', locationId);
    return askingSalto(this.#inspectKnown(connection, groupId));
  }

  async #inspectKnown(connection: Connection, groupId: string): Promise<InspectedAccessGroup> {
    try {
      return await this.#inspect(this.connections.siteOf(connection), connection.siteId, groupId);
    } catch (error) {
      const isMissing = error instanceof SaltoKsError && error.code === 'group_missing';
      throw isMissing ? notFound('access_group', groupId) : error;
    }
  }

  async #inspect(site: SaltoKsSite, siteId: string, groupId: string): Promise<InspectedAccessGroup> {
    const [group, lint, userIds] = await Promise.all([
      site.accessGroups.get(groupId),
      lintOf(site, groupId),
      site.groupMembers(groupId),
    ]);
    const foreignCount = (await this.#strangers(siteId, groupId, userIds)).length;
    return {
      id: group.id,
      name: group.customer_reference ?? group.id,
      memberCount: userIds.size,
      foreignCount,
      problems: [...lint, ...(foreignCount > 0 ? (['group_with_foreign_members'] as const) : [])],
      opensNothing: lint.some((code) => code !== 'group_schedule_restrictive'),
    };
  }

  /** Who is nobody's user, but for those whom an administrator left there. */
  async #strangers(siteId: string, groupId: string, userIds: ReadonlySet<string>): Promise<string[]> {
    const database = queriesOf(this.dataSource);
    const linked = await linkedMembers(database, siteId, groupId, [...userIds]);
    const decisions = await readDecisions(database, siteId, groupId);
    const known = new Set(linked.map(({ platformId }) => platformId));
    return [...userIds].filter((id) => !known.has(id) && decisions.get(id) !== 'leave');
  }
}

import { entitledMembers, type EntitledMembers } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { EntitledMembersRepository } from './entitled-members.repository.ts';
import { SiteCheckRepository } from './site-check.repository.ts';

const params = z.strictObject({
  id: z.uuid(),
  groupId: z
    .string()
    .max(200)
    .regex(/^[\x21-\x7e]+$/, 'no id'),
});
type Params = z.infer<typeof params>;

const memberId = z.uuid().toLowerCase();
const query = z.strictObject({
  /** Repeat it for several. */
  memberId: z.union([memberId, z.array(memberId).max(100)]),
});
type MembersQuery = z.infer<typeof query>;

/** Whom something entitles to a group: what a preview of adoptions needs to say. */
@ApiTags('site checks')
@Controller('v1/locations/:id/access-groups/:groupId/entitled-members')
export class EntitledMembersController {
  constructor(
    private readonly checks: SiteCheckRepository,
    private readonly members: EntitledMembersRepository,
  ) {}

  @Get()
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(200, entitledMembers, 'Those of these members whom something entitles to the group now')
  async list(
    @Param({ schema: params }) { id, groupId }: Params,
    @Query({ schema: query }) { memberId: memberIds }: MembersQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<EntitledMembers> {
    requireAdministratorOf(caller, id);
    const siteId = await this.checks.siteOf(id);
    return { items: await this.members.list(siteId, groupId, [memberIds].flat()) };
  }
}

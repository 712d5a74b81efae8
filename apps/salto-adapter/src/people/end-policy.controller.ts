import { endPolicyBody, type EndPolicyBody } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, notFound, requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { locationParams, type LocationParams } from '../connections/connection.schemas.ts';
import { EndPolicies } from './end-policy.repository.ts';

/** What becomes of Salto users whose last access has ended. */
@ApiTags('people')
@Controller('v1/connections/:locationId/end-policy')
export class EndPolicyController {
  constructor(private readonly policies: EndPolicies) {}

  @Get()
  @Allow({ administrator: true, service: 'connections:read' })
  @Answers(200, endPolicyBody)
  async read(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @CurrentCaller() caller: Caller,
  ): Promise<EndPolicyBody> {
    requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
    const policy = await this.policies.ofLocation(locationId);
    if (policy === undefined) throw notFound('connection', locationId);
    return policy;
  }

  /** Repeatable, so it needs neither a key nor `If-Match`: the last one who decides has decided. */
  @Put()
  @Allow({ administrator: true, service: 'connections:write' })
  @Answers(200, endPolicyBody, 'Also for users whose access has ended already')
  async save(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @Body({ schema: endPolicyBody }) policy: EndPolicyBody,
    @CurrentCaller() caller: Caller,
  ): Promise<EndPolicyBody> {
    requireAdministratorOf(caller, locationId);
    if (!(await this.policies.save(locationId, policy))) throw notFound('connection', locationId);
    return policy;
  }
}

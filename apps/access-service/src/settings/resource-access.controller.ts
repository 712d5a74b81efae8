import { accessChoice, accessSettingBody, type AccessChoice, type AccessSettingBody } from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, IfMatch, Transaction, type Caller } from '@latchkey/service-kit';
import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { SettingDesk, type Asked } from './setting-desk.ts';

const params = z.strictObject({ id: z.uuid() });
type Params = z.infer<typeof params>;

const asked = ({ id }: Params): Asked => ({ subject: { kind: 'resource', id }, subscriptionId: null });

/** What a resource's bookings give, and its future rentals will copy. */
@ApiTags('access settings')
@Controller('v1/resources/:id/access')
export class ResourceAccessController {
  constructor(private readonly desk: SettingDesk) {}

  @Get()
  @Allow({ administrator: true, service: 'access:read' })
  @Answers(200, accessSettingBody, 'The groups now, and what was chosen before')
  read(@Param({ schema: params }) of: Params, @CurrentCaller() caller: Caller): Promise<AccessSettingBody> {
    return this.desk.read(caller, asked(of));
  }

  @Put()
  @Allow({ administrator: true, service: 'access:write' })
  @Answers(200, accessSettingBody, 'The groups of its bookings at once, and of rentals made from now on')
  choose(
    @Param({ schema: params }) of: Params,
    @Body({ schema: accessChoice }) choice: AccessChoice,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<AccessSettingBody> {
    return this.desk.choose(em, caller, asked(of), choice, expected);
  }
}

import { settingsCheck, settingsCheckAnswer, type SettingsCheck, type SettingsCheckAnswer } from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  NotIdempotent,
  requireAdministratorOf,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { lostSettings } from './lost-settings.ts';

const params = z.strictObject({ id: z.uuid() });
type Params = z.infer<typeof params>;

/** Right after a location was connected again its administrator is told which settings point nowhere. */
@ApiTags('access settings')
@Controller('v1/locations/:id/access-settings')
export class SettingsCheckController {
  constructor(private readonly database: EntityManager) {}

  @Post('check')
  @HttpCode(200)
  @NotIdempotent('it changes nothing')
  @Allow({ administrator: true, service: 'access:write' })
  @Answers(200, settingsCheckAnswer, 'The settings that name groups which are not among those sent')
  async check(
    @Param({ schema: params }) { id }: Params,
    @Body({ schema: settingsCheck }) { groupIds }: SettingsCheck,
    @CurrentCaller() caller: Caller,
  ): Promise<SettingsCheckAnswer> {
    requireAdministratorOf(caller, id);
    return { items: await lostSettings(this.database, id, groupIds) };
  }
}

import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/access-rule.ts';
import { ReadinessChecks, type Readiness } from './readiness-checks.ts';

/** For orchestrators: `live` restarts a process, `ready` sends it work. A dependency's outage is never a reason to restart. */
@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  readonly #checks: ReadinessChecks;

  constructor(checks: ReadinessChecks) {
    this.#checks = checks;
  }

  @Get('live')
  @Header('Cache-Control', 'no-store')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('ready')
  @Header('Cache-Control', 'no-store')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const readiness = await this.#checks.read();
    response.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }
}

import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/access-rule.ts';
import { metrics } from './metrics.ts';

/** For Prometheus. No ids or names of people are ever labels, so it needs no token. */
@Public()
@ApiExcludeController()
@Controller('metrics')
export class MetricsController {
  @Get()
  async scrape(@Res() response: Response): Promise<void> {
    response.set({ 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }).send(await metrics.scrape());
  }
}

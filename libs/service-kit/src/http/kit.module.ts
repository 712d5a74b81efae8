import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import type { Request, Response } from 'express';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { HealthController } from '../health/health.controller.ts';
import { ReadinessChecks } from '../health/readiness-checks.ts';
import { NestLog } from '../logging/nest-log.ts';
import { MetricsController } from '../metrics/metrics.controller.ts';
import { EtagInterceptor } from '../versions/etag.interceptor.ts';

/** What every process of the product has: request logs, `/health/*`, `/metrics`, readiness. Made by `createService`. */
@Module({})
export class KitModule {
  static around(service: NonNullable<ModuleMetadata['imports']>[number], root: Logger): DynamicModule {
    return {
      module: KitModule,
      global: true,
      imports: [DiscoveryModule, LoggerModule.forRoot({ pinoHttp: requestLogs(root) }), service],
      controllers: [HealthController, MetricsController],
      // Outermost, so that repeated answers pass it too: interceptors wrap in the order of their modules.
      providers: [
        NestLog,
        { provide: ReadinessChecks, useValue: new ReadinessChecks() },
        { provide: APP_INTERCEPTOR, useClass: EtagInterceptor },
      ],
      exports: [ReadinessChecks],
    };
  }
}

/** One line a request, without its headers; probes and scrapes are not worth one. */
function requestLogs(root: Logger) {
  return {
    logger: root,
    quietReqLogger: true,
    autoLogging: { ignore: ({ url }: { url?: string }) => /^\/(health|metrics)(\/|$)/.test(url ?? '') },
    serializers: {
      // Without its query, which may name people.
      req: ({ method, url }: Request) => ({ method, path: url.split('?')[0] }),
      res: ({ statusCode }: Response) => ({ statusCode }),
    },
    customLogLevel: (_request: object, { statusCode }: { statusCode: number }, error?: Error) =>
      error !== undefined || statusCode >= 500 ? ('error' as const) : ('info' as const),
  };
}

import { DiscoveryService, MetadataScanner, ModulesContainer, NestFactory } from '@nestjs/core';
import type { Type, DynamicModule } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AuthGuard } from '../auth/auth.guard.ts';
import type { ProcessConfig } from '../config/settings.ts';
import { ReadinessChecks } from '../health/readiness-checks.ts';
import { configureLogging, logger } from '../logging/logger.ts';
import { NestLog } from '../logging/nest-log.ts';
import { timeRequests } from '../metrics/http-metrics.middleware.ts';
import type { ConstraintProblems } from '../problems/database-problem.ts';
import { ProblemFilter } from '../problems/problem.filter.ts';
import { drainHttp } from '../shutdown/drain-http.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import { traceRequests } from '../tracing/trace.middleware.ts';
import { KitModule } from './kit.module.ts';
import { serveDocs, type DocsOptions } from './openapi.ts';
import { requireJson, requireKnownMethod, requireStorableBody } from './request-checks.middleware.ts';
import { checkRoutes } from './route-checks.ts';
import { listRoutes, type Route } from './routes.ts';
import { createValidationPipe } from './validation.ts';

export interface ServiceOptions {
  /** `billing-gateway`; also the name in logs and traces. */
  name: string;
  module: Type | DynamicModule;
  config: ProcessConfig;
  /** Serves `/openapi.json` and `/docs`. */
  docs?: DocsOptions;
  /** What is answered when a named constraint of the database refuses. */
  constraints?: ConstraintProblems;
}

export interface Service {
  readonly app: NestExpressApplication;
  readonly routes: readonly Route[];
  /** Starts consumers and listens. @returns the address, such as http://127.0.0.1:4000 */
  start(): Promise<string>;
  /** Unready first, then no new requests, then what is running (Nest's hooks), then connections. */
  stop(): Promise<void>;
}

const log = logger('service');
const BODY_LIMIT = '256kb';

/**
 * Builds a process of the product around its Nest module: logs, traces, metrics, health, validation, problems, documents.
 * It does not listen before `start`, so that event strategies can be connected to `app`.
 * @throws Error when a route has no access rule, or a POST is not idempotent (see `checkRoutes`)
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const { name, module, config, docs, constraints = {} } = options;
  const root = configureLogging({ service: name, level: config.LOG_LEVEL, format: config.LOG_FORMAT });
  const tracing = await startTracing(name, config.OTEL_EXPORTER_OTLP_ENDPOINT);
  const app = await NestFactory.create<NestExpressApplication>(KitModule.around(module, root), {
    bufferLogs: true,
    // Errors are the caller's to report: aborting would end the process without the reason on screen.
    abortOnError: false,
    bodyParser: false,
  });
  app.useLogger(app.get(NestLog));
  const routes = listRoutes(app.get(DiscoveryService, { strict: false }), new MetadataScanner());
  try {
    checkRoutes(routes, hasGuard(app));
    configureHttp(app, routes, constraints);
    if (docs !== undefined) serveDocs(app, docs, routes);
  } catch (error) {
    await app.close();
    throw error;
  }
  return {
    app,
    routes,
    start: async () => {
      await app.startAllMicroservices();
      await app.listen(config.HTTP_PORT, config.HTTP_HOST);
      const address = await app.getUrl();
      log.info({ address, ...(docs && { docs: `${address}/docs` }) }, `${name} listens`);
      return address;
    },
    stop: async () => {
      app.get(ReadinessChecks).stop();
      await drainHttp(app.getHttpServer());
      await app.close();
      await tracing.flush();
    },
  };
}

function configureHttp(app: NestExpressApplication, routes: readonly Route[], constraints: ConstraintProblems): void {
  app.set('etag', false);
  app.set('query parser', 'simple');
  // TLS ends before the service, so it does not ask browsers to upgrade what it serves on loopback.
  app.useSecurityHeaders({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
  app.use(traceRequests, timeRequests, requireKnownMethod(routes), requireJson);
  app.useBodyParser('json', { limit: BODY_LIMIT, type: ['json', '+json'] });
  app.use(requireStorableBody);
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(constraints));
}

/** Asked of the modules: `app.get` would log what it does not find as an error. */
function hasGuard(app: NestExpressApplication): boolean {
  return [...app.get(ModulesContainer).values()].some(({ providers }) => providers.has(AuthGuard));
}

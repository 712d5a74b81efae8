import { Outbox, baseConfig, readConfig, runMigrations, type Route } from '@latchkey/service-kit';
import { Global, Module } from '@nestjs/common';
import {
  TEST_AUDIENCE,
  createTestDatabase,
  createTestIssuer,
  testStack,
  type TestDatabase,
  type TestIssuer,
  ApiClient,
} from '@latchkey/test-kit';
import { DataSource } from 'typeorm';
import { AppModule } from '../app.module.ts';
import { Clock } from '../clock.ts';
import type { GatewayConfig } from '../config.ts';
import { createGateway } from '../gateway.ts';
import { migrations } from '../migrations/index.ts';

/** Every scope that the gateway knows. */
export const ALL_SCOPES = 'billing:read billing:write people:read installation:admin events:read events:write';

/** What is appended stays in the table, for tests to read. */
@Global()
@Module({ providers: [{ provide: Outbox, useValue: new Outbox(() => undefined) }], exports: [Outbox] })
class KeptOutboxModule {}

export interface GatewayStage {
  readonly issuer: TestIssuer;
  readonly database: DataSource;
  readonly routes: readonly Route[];
  readonly address: string;
  /** A program with every scope, for every location. */
  readonly root: ApiClient;
  /** What the gateway takes for the present, epoch ms; the system's clock until it is set. */
  setNow(instant: string | undefined): void;
  /** @param token undefined for nobody */
  client(token: string | undefined): ApiClient;
  stop(): Promise<void>;
}

/** Starts a gateway with a database and an issuer of its own; by default it keeps its events to itself. */
export async function startGateway(
  name: string,
  options: { readonly topicPrefix?: string; readonly publishes?: boolean } = {},
): Promise<GatewayStage> {
  const [database, issuer] = await Promise.all([createTestDatabase(name), createTestIssuer()]);
  await runMigrations(database.url, migrations);
  const config = configFor(database, issuer, options.topicPrefix ?? '');
  const module = options.publishes
    ? AppModule.with(config)
    : AppModule.with(config, [{ module: KeptOutboxModule, global: true }]);
  const service = await createGateway(config, module);
  const address = await service.start();
  const clock = service.app.get(Clock, { strict: false });
  const systemNow = clock.now.bind(clock);
  return {
    issuer,
    database: service.app.get(DataSource, { strict: false }),
    routes: service.routes,
    address,
    root: new ApiClient(address, await issuer.serviceToken('root', ALL_SCOPES)),
    setNow: (instant) => {
      clock.now = instant === undefined ? systemNow : () => Date.parse(instant);
    },
    client: (token) => new ApiClient(address, token),
    stop: async () => {
      await service.stop();
      await Promise.all([issuer.close(), database.drop()]);
    },
  };
}

function configFor(database: TestDatabase, issuer: TestIssuer, topicPrefix: string): GatewayConfig {
  return readConfig(baseConfig, {
    HTTP_PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
    KAFKA_BROKERS: testStack().kafkaBrokers.join(','),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    OIDC_ISSUERS: issuer.issuer,
    OIDC_AUDIENCE: TEST_AUDIENCE,
  });
}

import { subjectOf, topicDeclarations, type EventDefinition } from '@latchkey/contracts';
import {
  applyTopics,
  DeadLetters,
  encodeEvent,
  EventConsumerStrategy,
  inTransaction,
  KafkaClient,
  runMigrations,
  type Service,
} from '@latchkey/service-kit';
import {
  ApiClient,
  createTestDatabase,
  createTestIssuer,
  createTestNamespace,
  TEST_AUDIENCE,
  testStack,
  type TestIssuer,
} from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { createAccessService } from '../access-service.ts';
import { readAccessServiceConfig, type AccessServiceConfig } from '../config.ts';
import { Ledger } from '../ledger/ledger.ts';
import { migrations } from '../migrations/index.ts';

/** Every scope that this service knows. */
export const ALL_SCOPES = 'access:read access:write';

/** An event to publish: all but the version is made up. */
export interface Telling<Data> {
  readonly definition: EventDefinition<Data>;
  readonly version: number;
  readonly data: Data;
}

/** Builds one of `createAccessService`'s settings from the others. */
type Change = (env: Record<string, string>) => Record<string, string>;

/** The whole process of `main.ts` on a database, topics, a namespace and an issuer of its own. */
export class AccessStage {
  readonly config: AccessServiceConfig;
  readonly issuer: TestIssuer;
  readonly kafka: KafkaClient;
  #service: Service | undefined;
  #address = '';
  readonly #closing: (() => Promise<void>)[];

  private constructor(
    config: AccessServiceConfig,
    issuer: TestIssuer,
    kafka: KafkaClient,
    closing: (() => Promise<void>)[],
  ) {
    this.config = config;
    this.issuer = issuer;
    this.kafka = kafka;
    this.#closing = closing;
  }

  /** @param change of the settings, before anything starts */
  static async create(name: string, change: Change = (env) => env): Promise<AccessStage> {
    const stack = testStack();
    const [database, issuer, temporal] = await Promise.all([
      createTestDatabase(name),
      createTestIssuer(),
      createTestNamespace(name.replace(/\W+/g, '-')),
    ]);
    await runMigrations(database.url, migrations);
    const topicPrefix = `${name.replace(/\W+/g, '-')}-${randomUUID().slice(0, 8)}.`;
    const kafka = new KafkaClient({ brokers: stack.kafkaBrokers, clientId: 'stage', topicPrefix });
    await applyTopics(
      kafka,
      topicDeclarations.map((topic) => ({ ...topic, partitions: 1 })),
      1,
    );
    const env = change({
      HTTP_PORT: '0',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      KAFKA_TOPIC_PREFIX: topicPrefix,
      OIDC_ISSUERS: issuer.issuer,
      OIDC_AUDIENCE: TEST_AUDIENCE,
      TEMPORAL_ADDRESS: stack.temporalAddress,
      TEMPORAL_NAMESPACE: temporal.namespace,
      TEMPORAL_UI_URL: 'http://temporal-ui.test',
      // Nobody listens there: tests of the comparison, and of seats, bring a gateway of their own.
      BILLING_GATEWAY_URL: 'http://127.0.0.1:9',
      SALTO_ADAPTER_URL: 'http://127.0.0.1:9',
      SERVICE_CLIENT_ISSUER: issuer.issuer,
      SERVICE_CLIENT_ID: 'access-service',
      SERVICE_CLIENT_SECRET: 'secret',
    });
    return new AccessStage(readAccessServiceConfig(env), issuer, kafka, [
      () => deleteTopics(kafka),
      () => database.drop(),
      () => issuer.close(),
      () => temporal.close(),
    ]);
  }

  async start(): Promise<this> {
    this.#service = await createAccessService(this.config);
    this.#address = await this.#service.start();
    return this;
  }

  get service(): Service {
    if (this.#service === undefined) throw new Error('the stage was not started');
    return this.#service;
  }

  get database(): DataSource {
    return this.service.app.get(DataSource, { strict: false });
  }

  /** The first row of a query. */
  async row<Row extends object>(sql: string, parameters: unknown[] = []): Promise<Row | undefined> {
    const [row]: Row[] = await this.database.query(sql, parameters);
    return row;
  }

  /** Changes facts behind the consumers' back. */
  inTransaction<T>(change: (em: EntityManager, ledger: Ledger) => Promise<T>): Promise<T> {
    const ledger = this.service.app.get(Ledger, { strict: false });
    return inTransaction(this.database, (em) => change(em, ledger));
  }

  client(token: string | undefined): ApiClient {
    return new ApiClient(this.#address, token);
  }

  /** A program with every scope, for every location. */
  async root(): Promise<ApiClient> {
    return this.client(await this.issuer.serviceToken('root', ALL_SCOPES));
  }

  async ready(): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(`${this.#address}/health/ready`);
    return { status: response.status, body: await response.json() };
  }

  metrics(): Promise<string> {
    return fetch(`${this.#address}/metrics`).then((response) => response.text());
  }

  async publish<Data extends { id: string }>({ definition, version, data }: Telling<Data>): Promise<void> {
    await this.publishRaw(definition.topic, encodeEvent(envelope(definition, version, data)));
  }

  /** Sends a record as it is, be it malformed. */
  async publishRaw(topic: string, record: object): Promise<void> {
    const producer = this.kafka.producer();
    await producer.connect();
    await producer.send({ topic: this.kafka.prefixed(topic), messages: [{ value: null, ...record }] });
    await producer.disconnect();
  }

  /** What the consumers could not handle, oldest first. */
  deadLetters(): Promise<{ readonly code: string }[]> {
    const strategy = this.service.app.get(EventConsumerStrategy, { strict: false });
    const { group } = strategy;
    return new DeadLetters({ client: this.kafka, db: this.database, group, dispatcher: strategy.dispatcher() }).list();
  }

  async stop(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    for (const close of this.#closing) await close();
  }
}

function envelope<Data extends { id: string }>(definition: EventDefinition<Data>, version: number, data: Data) {
  const [id, aggregateId] = [randomUUID(), subjectOf(definition, data)];
  return { id, source: 'urn:latchkey:test', type: definition.type, aggregateId, version, occurredAt: Date.now(), data };
}

/** The broker is shared, and keeps files open for each topic. */
async function deleteTopics(kafka: KafkaClient): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(kafka.prefixed('')));
  await admin.deleteTopics({ topics });
  await admin.disconnect();
}

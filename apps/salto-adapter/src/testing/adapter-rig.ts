import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { topicDeclarations, type PersonBody } from '@latchkey/contracts';
import { createFakeSaltoKs, demo, demoSeed, type FakeSaltoKs } from '@latchkey/fake-salto-ks';
import { applyTopics, inTransaction, KafkaClient, runMigrations, type Service } from '@latchkey/service-kit';
import {
  createTestDatabase,
  createTestIssuer,
  giveConsent,
  TEST_AUDIENCE,
  testStack,
  type Consenting,
  type TestIssuer,
} from '@latchkey/test-kit';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Agent } from 'undici';
import { readAdapterConfig, type AdapterConfig } from '../config.ts';
import { identityOf } from '../connections/connections.module.ts';
import { Connections } from '../connections/connections.ts';
import { migrations } from '../migrations/migrations.ts';
import type { SaltoTokens } from '../salto-ks/identity.client.ts';

/** What the adapter needs around it: database, broker, identity server, billing gateway, Salto KS. */
export class AdapterRig {
  readonly people = new Map<string, Partial<PersonBody>>();
  /** Whom access-service would call entitled to any group, and the locations that it was to check. */
  readonly entitled = new Set<string>();
  readonly checked: string[] = [];
  /** Which of the others do not answer. */
  readonly down = new Set<'gateway' | 'access-service'>();
  readonly #close: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly config: AdapterConfig,
    readonly fake: FakeSaltoKs,
    readonly issuer: TestIssuer,
    readonly pool: pg.Pool,
    readonly kafka: KafkaClient,
  ) {}

  static async create(name: string, settings: Readonly<Record<string, string>> = {}): Promise<AdapterRig> {
    const database = await createTestDatabase(name);
    await runMigrations(database.url, migrations);
    const fake = await (await createFakeSaltoKs({ seed: demoSeed() })).listen();
    const issuer = await createTestIssuer();
    const [gateway, accessService] = await Promise.all([listening(), listening()]);
    const config = readAdapterConfig({
      HTTP_PORT: '0',
      LOG_LEVEL: 'silent',
      DATABASE_URL: database.url,
      KAFKA_BROKERS: testStack().kafkaBrokers.join(','),
      KAFKA_TOPIC_PREFIX: `${name}-${randomUUID().slice(0, 8)}.`,
      TEMPORAL_ADDRESS: testStack().temporalAddress,
      OIDC_ISSUERS: issuer.issuer,
      OIDC_AUDIENCE: TEST_AUDIENCE,
      SALTO_API_URL: fake.url,
      SALTO_IDENTITY_URL: fake.url,
      SALTO_EVENT_STREAMING_URL: fake.url,
      // Tests of doors read them; for others it would be calls that they did not ask for.
      SALTO_ENTRIES_POLL_MS: '0',
      SALTO_REDIRECT_URI: 'http://127.0.0.1/salto-ks/consent',
      SALTO_CLIENT_ID: demo.client.id,
      SALTO_CLIENT_SECRET: demo.client.secret,
      SALTO_REQUESTS_PER_SECOND: '0',
      BILLING_GATEWAY_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
      ACCESS_SERVICE_URL: `http://127.0.0.1:${(accessService.address() as AddressInfo).port}`,
      SERVICE_CLIENT_ISSUER: issuer.issuer,
      SERVICE_CLIENT_ID: 'salto-adapter',
      SERVICE_CLIENT_SECRET: 'secret',
      ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 3).toString('base64')}`,
      ...settings,
    });
    const pool = new pg.Pool({ connectionString: database.url, max: 4 });
    pool.on('error', () => undefined);
    const kafka = new KafkaClient({
      brokers: config.KAFKA_BROKERS,
      clientId: 'test',
      topicPrefix: config.KAFKA_TOPIC_PREFIX,
    });
    const rig = new AdapterRig(config, fake, issuer, pool, kafka);
    rig.#answerAsGateway(gateway);
    rig.#answerAsAccessService(accessService);
    rig.closes(
      () => database.drop(),
      () => issuer.close(),
      () => fake.close(),
      () => pool.end(),
    );
    for (const server of [gateway, accessService]) {
      rig.closes(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
    }
    return rig;
  }

  /** Only what an HTTP process or a consumer needs; a worker needs no topics. */
  async applyTopics(): Promise<void> {
    await applyTopics(this.kafka, topicDeclarations, 1);
  }

  /** Closed in the reverse order. */
  closes(...closers: (() => Promise<unknown>)[]): void {
    this.#close.push(...closers);
  }

  async close(): Promise<void> {
    for (const close of this.#close.reverse()) await close();
  }

  /** Tokens of the demo's Salto account, by its consent. */
  async saltoTokens(): Promise<SaltoTokens> {
    const agent = new Agent();
    try {
      const identity = identityOf(this.config, agent);
      const secrets = identity.newSecrets();
      const { code = '', iss } = await this.consent(await identity.authorizationUrl(secrets));
      return await identity.exchange({ ...secrets, code, iss });
    } finally {
      await agent.close();
    }
  }

  /** Goes to Salto's consent page and back. @returns what came back */
  consent(authorizationUrl: string, who: Partial<Consenting> = {}): Promise<Record<string, string>> {
    return giveConsent(authorizationUrl, { ...demo.administrator, ...who });
  }

  /** Connects a location to a site, for processes that serve no HTTP. @returns the connection's id */
  connect({ app }: Service, siteId: string, locationId: string = randomUUID()): Promise<string> {
    const parts = [app.get(Connections, { strict: false }), app.get(DataSource, { strict: false })] as const;
    return this.connectBy(parts, siteId, locationId);
  }

  /** As `connect`, without a process around them. */
  async connectBy(
    [connections, dataSource]: readonly [Connections, DataSource],
    siteId: string,
    locationId: string = randomUUID(),
  ): Promise<string> {
    const choice = { locationId, siteId, consentId: randomUUID(), keyVisibility: undefined };
    const tokens = await this.saltoTokens();
    return (await inTransaction(dataSource, (em) => connections.connect(em, { ...choice, tokens }))).id;
  }

  #answerAsGateway(server: Server): void {
    server.on('request', (request, response) => {
      if (this.down.has('gateway')) return void response.writeHead(503).end();
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://gateway');
      const id = pathname.split('/').at(-1) ?? '';
      if (id === 'people') return answer(response, { items: this.#peopleOf(searchParams) });
      const person = this.#person(id);
      if (person === undefined) return void response.writeHead(404).end();
      answer(response, person);
    });
  }

  #answerAsAccessService(server: Server): void {
    server.on('request', (request, response) => {
      if (this.down.has('access-service')) return void response.writeHead(503).end();
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://access-service');
      const [, , , locationId = '', what] = pathname.split('/');
      if (what === 'site-check') {
        this.checked.push(locationId);
        return void response.writeHead(202).end();
      }
      const entitled = searchParams.getAll('memberId').filter((memberId) => this.entitled.has(memberId));
      answer(response, { items: entitled.map((memberId) => ({ memberId, until: null })) });
    });
  }

  #person(id: string): PersonBody | undefined {
    const person = this.people.get(id);
    const name = { givenName: 'Ada', familyName: 'Lovelace', email: `${id}@members.example` };
    const usual = {
      id,
      version: 1,
      ...name,
      isEmailVerified: true,
      administratorOf: [],
      memberOf: [],
      contactVersion: 1,
    };
    return person && { ...usual, ...person };
  }

  #peopleOf(query: URLSearchParams): PersonBody[] {
    const [emails, locationId] = [query.getAll('email'), query.get('locationId') ?? ''];
    return [...this.people.keys()].flatMap((id) => {
      const person = this.#person(id);
      const isMeant = person && emails.includes(person.email.toLowerCase()) && person.memberOf.includes(locationId);
      return isMeant ? [person] : [];
    });
  }
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

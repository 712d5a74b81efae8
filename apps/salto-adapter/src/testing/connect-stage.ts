import { randomUUID } from 'node:crypto';
import type { BegunConsent, ConnectionBody, ConnectionChoice, ConsentBody } from '@latchkey/contracts';
import { personEvents } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { encodeEvent, type Service } from '@latchkey/service-kit';
import { ApiClient, bodyOf, eventually, type Consenting } from '@latchkey/test-kit';
import { createAdapter } from '../adapter.ts';
import { AdapterRig } from './adapter-rig.ts';

/** Locations by what they are in the tests: two of Ada's, one of which Dina administers too, and one of Bruno's. */
export const locations = { ours: randomUUID(), alsoOurs: randomUUID(), elsewhere: randomUUID() } as const;

/** Who administers, or is a member of, what. */
const people = {
  ada: { administratorOf: [locations.ours, locations.alsoOurs] },
  dina: { administratorOf: [locations.ours] },
  bruno: { administratorOf: [locations.elsewhere] },
  chloe: { memberOf: [locations.ours] },
} as const;

export type CallerName = keyof typeof people | 'operator' | 'reader' | 'unbound' | 'none';

/** The adapter's HTTP side with its administrators, and the fake Salto KS that they consent at. */
export class ConnectStage {
  readonly rig: AdapterRig;
  readonly service: Service;
  readonly #tokens: ReadonlyMap<CallerName, string>;
  readonly #address: string;

  private constructor(rig: AdapterRig, service: Service, address: string, tokens: ReadonlyMap<CallerName, string>) {
    this.rig = rig;
    this.service = service;
    this.#address = address;
    this.#tokens = tokens;
  }

  static async create(name: string, settings: Readonly<Record<string, string>> = {}): Promise<ConnectStage> {
    const rig = await AdapterRig.create(name, settings);
    await rig.applyTopics();
    const service = await createAdapter(rig.config);
    const address = await service.start();
    rig.closes(() => service.stop());
    for (const [subject, roles] of Object.entries(people)) await publishPerson(rig, subject, roles);
    const known = async () => (await rig.pool.query('SELECT FROM person')).rowCount;
    await eventually(async () => expect(await known()).toBe(Object.keys(people).length), { timeoutMs: 30_000 });
    const persons = Object.keys(people) as (keyof typeof people)[];
    const tokens = new Map<CallerName, string>([
      ['operator', await rig.issuer.serviceToken('operator', 'connections:read connections:write')],
      ['reader', await rig.issuer.serviceToken('reader', 'connections:read', [locations.elsewhere])],
      ['unbound', await rig.issuer.token({ sub: 'nobody' })],
    ]);
    for (const person of persons) tokens.set(person, await rig.issuer.token({ sub: person }));
    return new ConnectStage(rig, service, address, tokens);
  }

  get address(): string {
    return this.#address;
  }

  as(caller: CallerName): ApiClient {
    return new ApiClient(this.#address, this.#tokens.get(caller));
  }

  /** Begins, and goes to Salto's consent page and back. @returns what came back */
  async goToSalto(
    caller: CallerName = 'ada',
    locationId: string = locations.ours,
    who: Partial<Consenting> = {},
  ): Promise<Record<string, string>> {
    const begun = bodyOf(await this.as(caller).post<BegunConsent>(`/v1/connections/${locationId}/consents`, undefined));
    return this.rig.consent(begun.authorizationUrl, who);
  }

  complete(completion: object, caller: CallerName = 'ada') {
    return this.as(caller).post<ConsentBody>('/v1/consents/completions', completion);
  }

  /** A given consent. */
  async consent(caller: CallerName = 'ada', locationId: string = locations.ours): Promise<ConsentBody> {
    return bodyOf(await this.complete(await this.goToSalto(caller, locationId), caller));
  }

  choose({ id, locationId, account }: ConsentBody, choice: Partial<ConnectionChoice> = {}, caller: CallerName = 'ada') {
    const body = { consentId: id, accountId: account.id, siteId: demo.paris.id, ...choice };
    return this.as(caller).send<ConnectionBody>('PUT', `/v1/connections/${locationId}`, body);
  }

  /** Connects from beginning to end. */
  async connect(
    choice: Partial<ConnectionChoice> = {},
    locationId: string = locations.ours,
    caller: CallerName = 'ada',
  ): Promise<ConnectionBody> {
    return bodyOf(await this.choose(await this.consent(caller, locationId), choice, caller));
  }

  /** What others have been told of connections, oldest first. */
  async events(): Promise<{ version: string; data: ConnectionBody }[]> {
    const { rows } = await this.rig.pool.query<{ version: string; data: ConnectionBody }>(
      'SELECT version, data FROM outbox_message ORDER BY id',
    );
    return rows;
  }
}

async function publishPerson(
  rig: AdapterRig,
  subject: string,
  roles: { administratorOf?: readonly string[]; memberOf?: readonly string[] },
): Promise<void> {
  const id = randomUUID();
  const accounts = [{ issuer: rig.issuer.issuer, subject }];
  const data = { id, administratorOf: [], memberOf: [], inviteeOf: [], accounts, contactVersion: 1, ...roles };
  const { type, topic } = personEvents.changed;
  const about = { id: randomUUID(), source: 'urn:test', aggregateId: id, version: 1, occurredAt: Date.now() };
  const producer = rig.kafka.producer();
  await producer.connect();
  await producer.send({ topic: rig.kafka.prefixed(topic), messages: [encodeEvent({ ...about, type, data })] });
  await producer.disconnect();
}

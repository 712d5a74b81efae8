import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BegunConsent, PersonBody } from '@latchkey/contracts';
import { topicDeclarations } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { KafkaClient, readTopics } from '@latchkey/service-kit';
import { giveConsent } from '@latchkey/test-kit';
import { Client, Connection } from '@temporalio/client';
import { becomes, HOUR_MS, Lab, untilAt } from './harness/lab.ts';
import { RunningSystem } from './harness/running-system.ts';
import { ApiError } from './system/api.ts';

/** Words that occur nowhere by chance. */
const canary = { givenName: 'Qanariya', familyName: 'Vogelsang', email: 'qanariya.vogelsang@latchkey.example' };
/** What our own services print; the fake Salto KS and the servers beneath are not ours to search. */
const OURS = /^(access-service|billing-gateway|salto-adapter)(-worker)?\.log$/;

let running: RunningSystem;
let lab: Lab;
let connection: Connection;
const problems: string[] = [];
const secrets = new Set<string>();

beforeAll(async () => {
  running = await RunningSystem.start({ name: 'secrets', env: { LOG_LEVEL: 'debug', SITE_CHECK_EVERY_MS: '3000' } });
  lab = new Lab(running);
  connection = await Connection.connect({ address: running.system.endpoints.temporal.address });
});
afterAll(async () => {
  await connection?.close();
  await running?.stop();
});

/** What must be refused, kept with its body. */
async function refused(request: Promise<unknown>): Promise<void> {
  const error: unknown = await request.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) throw error;
  problems.push(error.message);
}

/** All that Salto's identity server has given out, and what else nobody may read. */
async function noteSecrets(): Promise<void> {
  const { refresh_tokens: tokens = [] } = await running.system.saltoControl.get<{ refresh_tokens?: { id: string }[] }>(
    '/state',
  );
  for (const { id } of tokens) secrets.add(id);
  secrets.add(demo.client.secret).add(demo.administrator.email);
  for (const login of ['operator', 'ada']) secrets.add(await running.system.token(login));
}

/** A life in which much goes wrong: everything that could tell of the canary. */
async function live(): Promise<void> {
  const { system } = running;
  const operator = system.billing('operator');
  const [groupId, otherId] = await lab.salto.makeGroups(2);
  const person = { ...canary, isEmailVerified: true, memberOf: [lab.location.id] };
  const qanariya = await operator.post<PersonBody>('/v1/people', person);
  await refused(operator.post('/v1/people', person));
  await refused(operator.post('/v1/people', { ...person, email: `${canary.email} ` + 'x'.repeat(300) }));
  await refused(operator.post('/v1/people', { ...person, nickname: canary.givenName }));
  await refused(system.adapter('ada').post('/v1/consents/completions', { state: 'wrong', code: canary.givenName }));

  // Salto refuses, then answers, then somebody takes the member out by hand, who then holds a key to a lock.
  await lab.salto.fails({ path: '/v1.2/sites/*/users', times: 2, effect: { kind: 'unavailable' } });
  await lab.salto.fails({ path: '/v1.2/sites/*/access_groups/**', times: 2, effect: { kind: 'rate_limit' } });
  const booking = await lab.book(await lab.resource(groupId!), qanariya, untilAt(Date.now() + HOUR_MS));
  await lab.becomesAll('active', booking.id);
  await system.saltoControl.post(`/locks/${demo.lab.locks.roomA}/tap`, { email: canary.email });
  await lab.salto.byHand('DELETE', { groupId: groupId!, person: qanariya });
  await system.saltoControl.post(`/locks/${demo.lab.locks.roomA}/tap`, { email: canary.email });
  await lab.salto.byHand('POST', { groupId: otherId!, person: qanariya });
  const other = await lab.book(await lab.resource(otherId!), qanariya, untilAt(Date.now() + HOUR_MS));
  await lab.becomesAll('active', other.id);

  await operator.patch(
    `/v1/people/${qanariya.id}`,
    { givenName: `${canary.givenName}th` },
    { version: qanariya.version },
  );
  await lab.cancel(booking);
  await lab.becomesAll('ended', booking.id);
  await consentInVain();
}

/** Consents of which one is finished wrongly and one is not finished at all. */
async function consentInVain(): Promise<void> {
  const adapter = running.system.adapter('ada');
  const begin = () => adapter.post<BegunConsent>(`/v1/connections/${lab.location.id}/consents`);
  for (const account of [demo.administrator, demo.administrator]) {
    const { authorizationUrl } = await begin();
    const back = await giveConsent(authorizationUrl, account);
    secrets.add(String(back['code'])).add(String(back['state']));
    await refused(adapter.post('/v1/consents/completions', { ...back, code: 'not the code' }));
  }
}

async function histories(): Promise<string> {
  const client = new Client({ connection, namespace: running.system.endpoints.temporal.namespace });
  const texts: string[] = [];
  for await (const { workflowId, runId, memo } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    texts.push(JSON.stringify([memo, history], asText));
  }
  return texts.join('\n');
}

async function records(): Promise<string> {
  const kafka = new KafkaClient({ brokers: running.system.endpoints.kafka.brokers, clientId: 'system-tests' });
  const topics = topicDeclarations.map(({ name }) => name);
  const all = await readTopics(kafka, topics, 'secrets');
  return all.map(({ headers, key, value }) => JSON.stringify([headers, key, value], asText)).join('\n');
}

/** Bytes as what they say; a `Buffer` has become an object by the time it comes here. */
function asText(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  const bytes = value as { type?: string; data?: number[] } | null;
  return bytes?.type === 'Buffer' && bytes.data ? Buffer.from(bytes.data).toString('utf8') : value;
}

async function metrics(): Promise<string> {
  const urls = Object.values(running.system.endpoints.services);
  return (await Promise.all(urls.map((url) => fetch(`${url}/metrics`).then((answer) => answer.text())))).join('\n');
}

function logs(): string {
  const files = readdirSync(running.logFolder).filter((name) => OURS.test(name));
  expect(files).toHaveLength(5);
  return files.map((name) => readFileSync(join(running.logFolder, name), 'utf8')).join('\n');
}

test('no name, e-mail or token is found in a log, an event, a history, a metric or a problem', async () => {
  await live();
  await noteSecrets();
  // The doors of a site are read soon after it was connected.
  await becomes(async () => {
    await running.system.saltoControl.post(`/locks/${demo.lab.locks.roomA}/tap`, { email: canary.email });
    expect((await records()).includes('access.entry.recorded.v1')).toBe(true);
  });
  const places = {
    logs: logs(),
    events: await records(),
    histories: await histories(),
    metrics: await metrics(),
    problems: problems.join('\n'),
  };
  for (const [place, text] of Object.entries(places)) {
    expect({ place, isEmpty: text.length < 500 }).toEqual({ place, isEmpty: false });
    const words = [canary.givenName, canary.familyName, 'qanariya', ...secrets].filter((word) => word.length > 3);
    expect({ place, found: words.filter((word) => text.includes(word)) }).toEqual({ place, found: [] });
    expect({ place, tokens: text.match(/eyJ[\w-]{10,}\.[\w-]+/g) }).toEqual({ place, tokens: null });
  }
}, 600_000);

import type { BegunConsent, PersonBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { giveConsent } from '@latchkey/test-kit';
import { Connection } from '@temporalio/client';
import { becomes, HOUR_MS, Lab, untilAt } from './harness/lab.ts';
import { RunningSystem } from './harness/running-system.ts';
import { SideDoors } from './harness/side-doors.ts';
import { ApiError } from './system/api.ts';

/** Words that occur nowhere by chance. */
const canary = { givenName: 'Qanariya', familyName: 'Vogelsang', email: 'qanariya.vogelsang@latchkey.example' };

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
async function live(): Promise<PersonBody> {
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
  return qanariya;
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

test('no name, e-mail or token is found in a log, an event, a history, a metric or a problem', async () => {
  const sideDoors = new SideDoors(running, connection);
  const qanariya = await live();
  await noteSecrets();
  // The doors of a site are read soon after it was connected.
  await becomes(async () => {
    await running.system.saltoControl.post(`/locks/${demo.lab.locks.roomA}/tap`, { email: canary.email });
    expect((await sideDoors.events()).includes('access.entry.recorded.v1')).toBe(true);
  });
  /** Each with a word that is there: what is not read as it is written holds no canary either. */
  const places: Record<string, { text: string; told: string }> = {
    logs: { text: sideDoors.logs(), told: qanariya.id },
    events: { text: await sideDoors.events(), told: qanariya.id },
    histories: { text: await sideDoors.histories(), told: qanariya.id },
    details: { text: await sideDoors.details(), told: qanariya.id },
    schedules: { text: await sideDoors.schedules(), told: demo.lab.id },
    metrics: { text: await sideDoors.metrics(), told: 'salto_connections' },
    problems: { text: problems.join('\n'), told: '"code":' },
  };
  for (const [place, { text, told }] of Object.entries(places)) {
    expect({ place, told: text.includes(told) }).toEqual({ place, told: true });
    const words = [canary.givenName, canary.familyName, 'qanariya', ...secrets].filter((word) => word.length > 3);
    expect({ place, found: words.filter((word) => text.includes(word)) }).toEqual({ place, found: [] });
    expect({ place, tokens: text.match(/eyJ[\w-]{10,}\.[\w-]+/g) }).toEqual({ place, tokens: null });
  }
}, 600_000);

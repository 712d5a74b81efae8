import { randomUUID } from 'node:crypto';
import type { BegunConsent, ConsentBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { configureLogging } from '@latchkey/service-kit';
import { bodyOf, type ProblemBody } from '@latchkey/test-kit';
import { ConnectStage, locations } from '../testing/connect-stage.ts';
import { ConsentCleanup } from './consent-cleanup.ts';

let stage: ConnectStage;

beforeAll(async () => {
  stage = await ConnectStage.create('consents');
});
afterAll(() => stage.rig.close());
beforeEach(async () => {
  stage.rig.fake.removeFaults();
  await stage.rig.pool.query(
    'DELETE FROM connection; DELETE FROM consent; DELETE FROM outbox_message; DELETE FROM discarded_token',
  );
});

const ofConsent = (id: string) => `/v1/consents/${id}`;
const held = () => stage.rig.fake.state.refreshTokens.all().length;
const cleanUp = async () => {
  while (await stage.service.app.get(ConsentCleanup, { strict: false }).next());
};

async function rowsOf(table: 'consent' | 'connection' | 'discarded_token'): Promise<number> {
  return (await stage.rig.pool.query(`SELECT FROM ${table}`)).rowCount ?? 0;
}

test('the way to Salto carries a fresh state, PKCE and the page to come back to, and is good for ten minutes', async () => {
  const path = `/v1/connections/${locations.ours}/consents`;
  const begin = async () => bodyOf(await stage.as('ada').post<BegunConsent>(path, undefined));
  const [one, other] = [await begin(), await begin()];
  const [query, otherQuery] = [one, other].map(({ authorizationUrl }) => new URL(authorizationUrl).searchParams);
  expect(Object.fromEntries(query ?? [])).toMatchObject({
    response_type: 'code',
    client_id: demo.client.id,
    redirect_uri: stage.rig.config.SALTO_REDIRECT_URI,
    scope: 'user_api.full_access openid profile offline_access',
    code_challenge_method: 'S256',
  });
  const bits = (text: string | null | undefined) => Buffer.from(text ?? '', 'base64url').length * 8;
  expect(bits(query?.get('state'))).toBeGreaterThanOrEqual(256);
  expect(query?.get('state')).not.toBe(otherQuery?.get('state'));
  expect(query?.get('code_challenge')).not.toBe(otherQuery?.get('code_challenge'));
  expect((Date.parse(one.expiresAt) - Date.now()) / 60_000).toBeCloseTo(10, 0);
  const { rows } = await stage.rig.pool.query('SELECT * FROM consent');
  expect(JSON.stringify(rows)).not.toContain(otherQuery?.get('state'));
});

test('a given consent shows the account and every site that it administers, and no other', async () => {
  const { fake } = stage.rig;
  const me = fake.state.siteUsers.ofAccount(demo.newYork.id, demo.administrator.id);
  const lab = fake.state.sites.get(demo.lab.id);
  if (me === undefined || lab === undefined) throw new Error('the demo has changed');
  me.role_codes = ['site_user'];
  lab.subscription_valid = false;
  const consent = await stage.consent();
  me.role_codes = ['site_admin'];
  lab.subscription_valid = true;
  expect(consent.account).toEqual({ id: demo.administrator.id, name: 'Dora Doors', email: demo.administrator.email });
  const inParis = { timeZone: 'Europe/Paris', use: 'free' };
  expect(consent.sites).toEqual([
    { id: demo.paris.id, name: 'Latchkey Paris', isSubscriptionValid: true, ...inParis },
    { id: demo.lab.id, name: 'Latchkey Lab', isSubscriptionValid: false, ...inParis },
  ]);
  expect(bodyOf(await stage.as('ada').get<ConsentBody>(ofConsent(consent.id))).account).toEqual(consent.account);
});

test('an account that administers no site is told so, and its tokens are revoked', async () => {
  const { fake } = stage.rig;
  const accounts = [{ id: randomUUID(), email: 'guest@elsewhere.example', password: 'guest', first_name: 'Gil' }];
  fake.seed({ clients: [], accounts: accounts.map((one) => ({ ...one, last_name: 'Guest' })), sites: [] });
  const before = held();
  const came = await stage.goToSalto('ada', locations.ours, { email: 'guest@elsewhere.example', password: 'guest' });
  const answer = await stage.complete(came);
  expect(answer).toMatchObject({ status: 422, body: { code: 'no_site_administered' } });
  await cleanUp();
  expect([held() - before, await rowsOf('consent')]).toEqual([0, 0]);
});

test('a consent that another administrator began cannot be finished, though both administer the location', async () => {
  const came = await stage.goToSalto('dina');
  expect(await stage.complete(came, 'ada')).toMatchObject({ status: 403, body: { code: 'consent_of_another_person' } });
  // It is nobody's loss but the one's who tried.
  const given = bodyOf(await stage.complete(came, 'dina'));
  expect(await stage.as('ada').get(ofConsent(given.id))).toMatchObject({ status: 403 });
  expect(await stage.choose(given, {}, 'ada')).toMatchObject({
    status: 403,
    body: { code: 'consent_of_another_person' },
  });
  expect(await stage.as('ada').send('DELETE', ofConsent(given.id))).toMatchObject({ status: 204 });
  expect(await stage.choose(given, {}, 'dina')).toMatchObject({ status: 200 });
});

test('a state is good for one use', async () => {
  const came = await stage.goToSalto();
  expect(await stage.complete(came)).toMatchObject({ status: 200 });
  expect(await stage.complete(came)).toMatchObject({ status: 422, body: { code: 'consent_unknown' } });
});

test('of two that finish a consent at the same time one succeeds', async () => {
  const came = await stage.goToSalto();
  const answers = await Promise.all([stage.complete(came), stage.complete(came), stage.complete(came)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
});

test('a wrong state is refused, and its code is not sent to Salto', async () => {
  const came = await stage.goToSalto();
  stage.rig.fake.calls.clear();
  const answer = await stage.complete({ ...came, state: 'x'.repeat(43) });
  expect(answer).toMatchObject({ status: 422, body: { code: 'consent_unknown' } });
  expect(stage.rig.fake.calls.matching(() => true)).toEqual([]);
});

test('a state whose time is over is refused', async () => {
  const came = await stage.goToSalto();
  await stage.rig.pool.query("UPDATE consent SET expires_at = now() - interval '1 second'");
  expect(await stage.complete(came)).toMatchObject({ status: 422, body: { code: 'consent_expired' } });
});

test('a code of another consent is refused by PKCE', async () => {
  const foreign = await stage.goToSalto('dina');
  const own = await stage.goToSalto('ada');
  const answer = await stage.complete({ ...own, code: foreign['code'] });
  expect(answer).toMatchObject({ status: 422, body: { code: 'consent_failed' } });
  expect(await rowsOf('connection')).toBe(0);
});

test('a consent that the owner of the account cancels changes nothing, and says so', async () => {
  const came = await stage.goToSalto('ada', locations.ours, { cancels: true });
  expect(came['error']).toBe('access_denied');
  const { error, state } = came;
  const cancelled = await stage.complete({ error, state });
  expect(cancelled).toMatchObject({ status: 422, body: { code: 'consent_cancelled' } });
  expect(await rowsOf('consent')).toBe(0);
});

test.each(['unavailable', 'reset', 'invalid_grant'] as const)(
  'a code that Salto gives no tokens for (%s) ends the consent with a clear answer without secrets',
  async (kind) => {
    const came = await stage.goToSalto();
    stage.rig.fake.addFaults({ path: '/connect/token', effect: { kind } });
    const answer = await stage.complete(came);
    expect(answer).toMatchObject({ status: 422, body: { code: 'consent_failed' } });
    expect(JSON.stringify(answer.body)).not.toContain(came['code']);
    expect(await rowsOf('consent')).toBe(0);
  },
);

test('where Salto gives tokens but then does not answer, the consent can be read once it does', async () => {
  const came = await stage.goToSalto();
  stage.rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'unavailable' } });
  expect(await stage.complete(came)).toMatchObject({ status: 503, body: { code: 'salto_unavailable' } });
  stage.rig.fake.removeFaults();
  const { rows } = await stage.rig.pool.query<{ id: string }>('SELECT id FROM consent');
  const consent = bodyOf(await stage.as('ada').get<ConsentBody>(ofConsent(rows[0]?.id ?? '')));
  expect(await stage.choose(consent)).toMatchObject({ status: 200 });
});

test('a choice names the account that was shown', async () => {
  const consent = await stage.consent();
  const answer = await stage.choose(consent, { accountId: randomUUID() });
  expect(answer).toMatchObject({ status: 422, body: { code: 'account_not_as_shown' } });
  expect(await rowsOf('connection')).toBe(0);
});

test.each([
  ['a site that there is not', randomUUID(), 422, 'site_not_administered'],
  ['a readable site id', 'FR0000000001', 400, 'validation_failed'],
])('%s cannot be chosen', async (_, siteId, status, code) => {
  expect(await stage.choose(await stage.consent(), { siteId })).toMatchObject({ status, body: { code } });
});

test('a site that the account has ceased to administer since it was shown cannot be chosen', async () => {
  const consent = await stage.consent();
  const me = stage.rig.fake.state.siteUsers.ofAccount(demo.paris.id, demo.administrator.id);
  if (me === undefined) throw new Error('no administrator');
  me.role_codes = ['site_user'];
  const answer = await stage.choose(consent);
  me.role_codes = ['site_admin'];
  expect(answer).toMatchObject({ status: 422, body: { code: 'site_not_administered' } });
});

test('a consent makes one connection; the same choice again, after a lost answer, changes nothing', async () => {
  const consent = await stage.consent();
  const connected = await stage.choose(consent);
  expect(await stage.choose(consent)).toEqual({ ...connected, headers: expect.anything() as Headers });
  const elsewhere = await stage.choose(consent, { siteId: demo.lab.id, confirmations: ['change_site'] });
  expect(elsewhere).toMatchObject({ status: 422, body: { code: 'consent_unknown' } });
});

test("another administrator's location keeps its site to itself", async () => {
  await stage.connect({}, locations.elsewhere, 'bruno');
  const consent = await stage.consent();
  expect(consent.sites.find(({ id }) => id === demo.paris.id)?.use).toBe('another_location');
  const answer = await stage.choose(consent, { confirmations: ['share_site'] });
  expect(answer).toMatchObject({ status: 409, body: { code: 'site_used_by_another_location' } });
});

test('two locations of one administrator share a site when that is confirmed', async () => {
  await stage.connect({}, locations.alsoOurs);
  const consent = await stage.consent();
  expect(consent.sites.find(({ id }) => id === demo.paris.id)?.use).toBe('location_of_yours');
  expect(await stage.choose(consent)).toMatchObject({ status: 409, body: { code: 'site_used_by_another_location' } });
  expect(await stage.choose(consent, { confirmations: ['share_site'] })).toMatchObject({ status: 200 });
  const { rows } = await stage.rig.pool.query('SELECT DISTINCT refresh_token FROM connection');
  expect(rows).toHaveLength(2);
});

test('the own site of a location is connected again without anybody else, also where the other location is no longer its administrator’s', async () => {
  await stage.connect({}, locations.alsoOurs);
  await stage.connect({ confirmations: ['share_site'] });
  await stage.rig.pool.query(`UPDATE connection SET location_id = $2 WHERE location_id = $1`, [
    locations.alsoOurs,
    locations.elsewhere,
  ]);
  await stage.rig.pool.query(`UPDATE connection SET status = 'needs_reconnect' WHERE location_id = $1`, [
    locations.ours,
  ]);
  const consent = await stage.consent();
  expect(consent.sites.find(({ id }) => id === demo.paris.id)?.use).toBe('this_location');
  expect(await stage.choose(consent)).toMatchObject({ status: 200, body: { status: 'connected' } });
});

test('of two locations that choose the same site at the same time one gets it', async () => {
  const ours = await stage.consent('dina');
  const theirs = await stage.consent('bruno', locations.elsewhere);
  const answers = await Promise.all([stage.choose(ours, {}, 'dina'), stage.choose(theirs, {}, 'bruno')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test('another site than before is a disconnect of the old one: it is confirmed, and everybody hears of it', async () => {
  const before = await stage.connect();
  const consent = await stage.consent();
  const unconfirmed = await stage.choose(consent, { siteId: demo.lab.id });
  expect(unconfirmed).toMatchObject({
    status: 409,
    body: { code: 'site_change_unconfirmed', presentSiteId: demo.paris.id },
  });
  const moved = bodyOf(await stage.choose(consent, { siteId: demo.lab.id, confirmations: ['change_site'] }));
  expect(moved).toEqual({ ...before, siteId: demo.lab.id, version: 2 });
  expect((await stage.events()).map(({ data }) => data.siteId)).toEqual([demo.paris.id, demo.lab.id]);
});

test('tokens that a new consent replaces are revoked and erased', async () => {
  await stage.connect();
  const before = held();
  await stage.connect();
  expect(held()).toBe(before + 1);
  await cleanUp();
  expect([held(), await rowsOf('discarded_token')]).toEqual([before, 0]);
});

test('an abandoned consent ends at once, its tokens are revoked and erased', async () => {
  const before = held();
  const { id } = await stage.consent();
  expect(await stage.as('ada').send('DELETE', ofConsent(id))).toMatchObject({ status: 204 });
  expect(await stage.as('ada').get<ProblemBody>(ofConsent(id))).toMatchObject({
    status: 422,
    body: { code: 'consent_unknown' },
  });
  await cleanUp();
  expect([held(), await rowsOf('discarded_token'), await rowsOf('consent')]).toEqual([before, 0, 0]);
});

test('beginning again abandons what the same administrator began before', async () => {
  const before = held();
  const first = await stage.consent();
  await stage.goToSalto();
  expect(await stage.choose(first)).toMatchObject({ status: 422, body: { code: 'consent_unknown' } });
  await cleanUp();
  expect(held()).toBe(before);
});

test('a consent that nobody finishes is ended when its time is over, also while Salto cannot be reached', async () => {
  const before = held();
  const { id } = await stage.consent();
  await stage.rig.pool.query("UPDATE consent SET expires_at = now() - interval '1 second'");
  expect(await stage.as('ada').get(ofConsent(id))).toMatchObject({ status: 422, body: { code: 'consent_expired' } });
  stage.rig.fake.addFaults({ path: '/connect/revocation', effect: { kind: 'unavailable' } });
  await cleanUp();
  expect([held(), await rowsOf('consent'), await rowsOf('discarded_token')]).toEqual([before + 1, 0, 1]);
  stage.rig.fake.removeFaults();
  await stage.rig.pool.query('UPDATE discarded_token SET next_try_at = now()');
  await cleanUp();
  expect([held(), await rowsOf('discarded_token')]).toEqual([before, 0]);
});

test('a token that cannot be revoked for a day is erased all the same', async () => {
  const { id } = await stage.consent();
  await stage.as('ada').send('DELETE', ofConsent(id));
  await stage.rig.pool.query("UPDATE discarded_token SET discarded_at = now() - interval '25 hours'");
  stage.rig.fake.addFaults({ path: '/connect/revocation', effect: { kind: 'unavailable' } });
  await cleanUp();
  expect(await rowsOf('discarded_token')).toBe(0);
});

test('no log line, whatever happens, holds a state, a code, a token or the account', async () => {
  const lines: string[] = [];
  configureLogging({
    service: 'test',
    level: 'trace',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  const cancelled = await stage.goToSalto('ada', locations.ours, { cancels: true });
  await stage.complete({ state: cancelled['state'], error: cancelled['error'] });
  const failed = await stage.goToSalto();
  stage.rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'reset' }, times: 1 });
  await stage.complete(failed);
  const unread = await stage.goToSalto();
  stage.rig.fake.addFaults({ path: '/v1.2/**', effect: { kind: 'answer', status: 500, body: { Message: 'no' } } });
  await stage.complete(unread);
  stage.rig.fake.removeFaults();
  const given = await stage.goToSalto();
  await stage.choose(bodyOf(await stage.complete(given)));
  await stage.complete(given);
  await cleanUp();
  configureLogging({ service: 'test', level: 'silent', format: 'json' });
  const secrets = [cancelled, failed, unread, given].flatMap(({ state, code }) => [state, code]);
  const tokens = stage.rig.fake.state.refreshTokens.all().map(({ id }) => id);
  const said = lines.join('');
  expect(said).toContain('Salto KS was called');
  expect([...secrets, ...tokens].filter((secret) => secret !== undefined && said.includes(secret))).toEqual([]);
  expect(said).not.toMatch(/eyJ|doors@latchkey|Dora/);
});

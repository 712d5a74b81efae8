import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { demo } from '../demo-seed.ts';
import { startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';
import { consentAs, type ConsentOptions } from '../testing/consent-as.ts';
import { PageVisitor } from '../testing/page-visitor.ts';

const verifier = randomBytes(32).toString('base64url');
const redirect_uri = 'http://127.0.0.1:5999/salto-ks/callback';
const authorization = {
  response_type: 'code',
  client_id: demo.client.id,
  redirect_uri,
  scope: 'user_api.full_access openid profile offline_access',
  state: 'the state',
  nonce: 'the nonce',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};
const { administrator } = demo;

const authorizeUrl = ({ fake }: FakeUnderTest, change: Record<string, string> = {}) =>
  `${fake.url}/connect/authorize?${new URLSearchParams({ ...authorization, ...change }).toString()}`;

const consent = (test: FakeUnderTest, who: Partial<ConsentOptions> = {}, change: Record<string, string> = {}) =>
  consentAs(authorizeUrl(test, change), { ...administrator, ...who });

/** A browser at the first page of an authorization. */
async function firstPage(test: FakeUnderTest) {
  const visitor = new PageVisitor();
  const response = await visitor.visit(authorizeUrl(test));
  return { visitor, url: new URL(response.headers.get('location') ?? '', test.fake.url) };
}

describe('/connect/authorize', () => {
  it('becomes tokens once somebody signed in and allowed it, and the code is spent by that', async () => {
    await using test = await startFake();
    const returned = await consent(test);
    expect(returned.origin + returned.pathname).toBe(redirect_uri);
    expect(returned.searchParams.get('state')).toBe('the state');

    const code = returned.searchParams.get('code') ?? '';
    const exchange = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier };
    const { body } = await test.token(exchange);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    const { access_token, id_token, refresh_token } = body as Record<string, string>;
    const claims = { sub: administrator.id, iss: test.fake.url };
    expect(decodeJwt(id_token ?? '')).toMatchObject({ ...claims, aud: demo.client.id, nonce: 'the nonce' });

    const keys = createRemoteJWKSet(new URL('/.well-known/openid-configuration/jwks', test.fake.url));
    const { payload, protectedHeader } = await jwtVerify(access_token ?? '', keys, { audience: 'user_api' });
    expect(payload).toMatchObject({ ...claims, client_id: demo.client.id, scope: ['user_api.full_access'] });
    expect(protectedHeader.alg).toBe('RS256');
    expect((await test.request('GET', '/v1.2/me', undefined, access_token)).body).toMatchObject({
      id: administrator.id,
    });
    expect(await test.token({ grant_type: 'refresh_token', refresh_token: refresh_token ?? '' })).toMatchObject({
      status: 200,
    });
    expect(await test.token(exchange)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('gives no access to the API without its scope, which nobody was asked for', async () => {
    await using test = await startFake();
    const code = (await consent(test, {}, { scope: 'openid profile' })).searchParams.get('code') ?? '';
    const exchange = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier };
    const { access_token } = (await test.token(exchange)).body as Record<string, string>;
    expect((await test.request('GET', '/v1.2/me', undefined, access_token)).status).toBe(401);
  });

  it('begins by a POST, too', async () => {
    await using test = await startFake();
    const body = new URLSearchParams(authorization);
    const answer = await fetch(`${test.fake.url}/connect/authorize`, { method: 'POST', body, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringContaining('/account/login/')]);
  });

  it('asks for the account each time, so that another one can be chosen', async () => {
    await using test = await startFake();
    const who = async (person: Partial<ConsentOptions>) => {
      const code = (await consent(test, person)).searchParams.get('code') ?? '';
      const exchange = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier };
      return decodeJwt(((await test.token(exchange)).body as { access_token: string }).access_token).sub;
    };
    expect(await who({})).toBe(administrator.id);
    expect(await who(demo.member)).toBe(demo.member.id);
  });

  it('shows who signed in, what they administer, and what the client may do', async () => {
    await using test = await startFake();
    const { visitor, url } = await firstPage(test);
    expect(await (await visitor.visit(url)).text()).toContain('<label for="email">');
    const { email, password } = administrator;
    const refused = await visitor.visit(url, { email, password: 'wrong' });
    expect(await refused.text()).toContain('role="alert"');

    let response = await visitor.visit(url, { email, password });
    for (let to; (to = response.headers.get('location'));) {
      response = await visitor.visit(new URL(to, url));
    }
    const page = await response.text();
    expect(page).toContain('Allow latchkey-demo?');
    expect(page).toContain(administrator.email);
    expect(page).toContain('Latchkey Paris, Latchkey New York');
    expect(page).toContain('see and change everything that you may in Salto KS');
  });

  it('lets somebody cancel before they sign in, too', async () => {
    await using test = await startFake();
    const { visitor, url } = await firstPage(test);
    const resume = (await visitor.visit(url, { decision: 'cancel' })).headers.get('location') ?? '';
    const returned = (await visitor.visit(new URL(resume, url))).headers.get('location') ?? '';
    expect(new URL(returned).searchParams.get('error')).toBe('access_denied');
  });

  it("does not open somebody else's page, nor one that is over", async () => {
    await using test = await startFake();
    const { url } = await firstPage(test);
    const response = await fetch(url);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('This sign-in is over');
  });

  it('gives nothing for a code with another verifier', async () => {
    await using test = await startFake();
    const code = (await consent(test)).searchParams.get('code') ?? '';
    const code_verifier = randomBytes(32).toString('base64url');
    const exchange = { grant_type: 'authorization_code', code, redirect_uri, code_verifier };
    expect(await test.token(exchange)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each([
    ['access_denied', { decision: 'cancel' }, {}],
    ['invalid_scope', {}, { scope: 'core_api.full' }],
    ['invalid_scope', {}, { scope: 'user_api.full_access nonsense' }],
    ['invalid_request', {}, { code_challenge_method: 'plain' }],
    ['invalid_request', {}, { code_challenge: '' }],
  ] as const)('tells the client of %s: %j %j', async (error, who, change) => {
    await using test = await startFake();
    const returned = await consent(test, who, change);
    expect(returned.searchParams.get('error')).toBe(error);
    expect(returned.searchParams.get('state')).toBe('the state');
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/' }],
  ])('shows %s to the person and redirects nowhere', async (_, change) => {
    await using test = await startFake();
    const response = await fetch(authorizeUrl(test, change), { redirect: 'manual', headers: { accept: 'text/html' } });
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
    expect(await response.text()).toContain('This does not work');
  });

  it('ends with a code that is good for five minutes', async () => {
    let now = Date.now();
    await using test = await startFake({ now: () => now });
    const code = (await consent(test)).searchParams.get('code') ?? '';
    now += 5 * 60_000;
    const exchange = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier };
    expect(await test.token(exchange)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('is found by discovery, with the scopes that Salto lists', async () => {
    await using test = await startFake();
    const { body } = await test.request('GET', '/.well-known/openid-configuration');
    expect(body).toMatchObject({
      issuer: test.fake.url,
      authorization_endpoint: `${test.fake.url}/connect/authorize`,
      token_endpoint: `${test.fake.url}/connect/token`,
      revocation_endpoint: `${test.fake.url}/connect/revocation`,
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: expect.arrayContaining([
        ...['authorization_code', 'refresh_token', 'password', 'client_credentials'],
      ]) as string[],
      scopes_supported: expect.arrayContaining(['user_api.full_access', 'core_api.full', 'hardware_api']) as string[],
    });
  });

  it('names addresses below its own, by whatever name it was reached', async () => {
    await using test = await startFake();
    const asked = request(`${test.fake.url}/.well-known/openid-configuration`, {
      headers: { host: 'elsewhere.example' },
    });
    const [answer] = (await once(asked.end(), 'response')) as [IncomingMessage];
    const addresses = Object.entries((await json(answer)) as Record<string, string>).filter(([name]) =>
      /_endpoint$|_uri$/.test(name),
    );
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    expect(addresses.filter(([, address]) => !address.startsWith(`${test.fake.url}/`))).toEqual([]);
  });
});

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { freePort } from '../processes/free-port.ts';
import { apiAudience } from './audience.ts';
import { listenAsIdentityServer } from './identity-server.ts';
import { identityKeys } from './keys.ts';
import { logins } from './logins.ts';

let folder: string;
let server: Server;
let issuer: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-identity-'));
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  server = await listenAsIdentityServer({ port, keys: await identityKeys(join(folder, 'keys.json')) });
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

function post(path: string, body: Record<string, string>, cookie = ''): Promise<Response> {
  const headers = cookie ? { cookie } : {};
  return fetch(new URL(path, issuer), { method: 'POST', body: new URLSearchParams(body), headers, redirect: 'manual' });
}

async function verified(response: Response) {
  const { access_token: token } = (await response.json()) as { access_token: string };
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  return (await jwtVerify(token, keys, { issuer, audience: apiAudience })).payload;
}

const login = (name: string) => logins(issuer).find((candidate) => candidate.name === name)!.token.body;

test('a service client gets a token for the APIs with its scopes and locations', async () => {
  const claims = await verified(await post('/token', login('integrator')));
  expect(claims).toMatchObject({ sub: 'integrator', locations: ['*'] });
  expect(claims['scope']).toContain('billing:write');
});

test('a service client does not get a scope that is not its own', async () => {
  const claims = await verified(
    await post('/token', { ...login('integrator'), scope: 'billing:read installation:admin' }),
  );
  expect(claims['scope']).toBe('billing:read');
});

test('a script signs a demo person in with the password', async () => {
  const claims = await verified(await post('/token', login('bruno')));
  expect(claims).toMatchObject({ sub: 'bruno', email: 'bruno@latchkey.example', email_verified: true });
  expect(claims['scope']).toBeUndefined();
});

test('a wrong password gets no token', async () => {
  const response = await post('/token', { ...login('bruno'), password: 'guess' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
});

test('each role of the demo has a login that works', async () => {
  const all = logins(issuer);
  const subjects = await Promise.all(
    all.map(async ({ token }) => (await verified(await post('/token', token.body))).sub),
  );
  expect(subjects).toEqual(all.map(({ name }) => name));
  expect(all.map(({ role }) => role)).toEqual([
    ...['operator', 'integrator', 'administrator of Paris', 'administrator of New York'],
    ...['member', 'member', 'member'],
  ]);
});

/** Follows redirects of this server like a browser, with its cookies, up to a page or the app's address. */
async function browse(start: Response, cookies: Map<string, string>): Promise<{ response: Response; url: string }> {
  let response = start;
  let url = '';
  for (;;) {
    for (const cookie of response.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0]!.split('=', 2);
      cookies.set(name!, value!);
    }
    const location = response.headers.get('location');
    if (!location || !new URL(location, issuer).href.startsWith(issuer)) return { response, url: location ?? url };
    url = new URL(location, issuer).href;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    response = await fetch(url, { redirect: 'manual', headers: { cookie } });
  }
}

test('an app signs a person in by authorisation code with PKCE, on any loopback port', async () => {
  const verifier = 'a-verifier-that-is-long-enough-for-the-standard-0123456789';
  const redirect_uri = 'http://127.0.0.1:41234/signed-in';
  const request = new URLSearchParams({
    ...{ client_id: 'latchkey-console', response_type: 'code', redirect_uri, scope: 'openid email offline_access' },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
    ...{ state: 'state', prompt: 'consent' },
  });
  const cookies = new Map<string, string>();
  const page = await browse(await fetch(`${issuer}/auth?${request.toString()}`, { redirect: 'manual' }), cookies);
  expect(await page.response.text()).toContain('Ada Moreau');

  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const signedIn = await browse(await post(page.url, { sub: 'ada' }, cookie), cookies);
  const code = new URL(signedIn.url).searchParams.get('code')!;
  const exchange = { grant_type: 'authorization_code', client_id: 'latchkey-console', redirect_uri, code };
  const response = await post('/token', { ...exchange, code_verifier: verifier });
  const tokens = (await response.clone().json()) as { refresh_token: string };
  expect(await verified(response)).toMatchObject({ sub: 'ada', email: 'ada@latchkey.example' });

  const refresh = { grant_type: 'refresh_token', client_id: 'latchkey-console', refresh_token: tokens.refresh_token };
  expect(await verified(await post('/token', refresh))).toMatchObject({ sub: 'ada' });
});

test('the keys are kept: a token outlives a restart', async () => {
  const file = join(folder, 'keys.json');
  expect(await identityKeys(file)).toEqual(await identityKeys(file));
});

import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { demo } from '../demo-seed.ts';
import { startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';

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

async function consent({ fake }: FakeUnderTest, change: Record<string, string> = {}, account_id?: string) {
  const url = `${fake.url}/connect/authorize?${new URLSearchParams({ ...authorization, ...change }).toString()}`;
  const form = account_id === undefined ? {} : { method: 'POST', body: new URLSearchParams({ account_id }) };
  const response = await fetch(url, { redirect: 'manual', ...form });
  const location = response.headers.get('location');
  return { status: response.status, page: await response.text(), returned: location ? new URL(location) : undefined };
}

describe('/connect/authorize', () => {
  it('offers the accounts that can sign in, and their consent becomes tokens', async () => {
    await using test = await startFake();
    const { page } = await consent(test);
    expect(page).toContain(`value="${demo.administrator.id}"`);

    const { status, returned } = await consent(test, {}, demo.administrator.id);
    expect(status).toBe(302);
    expect(returned?.origin).toBe('http://127.0.0.1:5999');
    expect(returned?.searchParams.get('state')).toBe('the state');

    const code = returned?.searchParams.get('code') ?? '';
    const exchange = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: verifier };
    const { body } = await test.token(exchange);
    const { access_token, id_token, refresh_token } = body as Record<string, string>;
    expect(refresh_token).toBeDefined();
    const claims = { sub: demo.administrator.id, iss: test.fake.url };
    expect(decodeJwt(id_token ?? '')).toMatchObject({ ...claims, aud: demo.client.id, nonce: 'the nonce' });

    const keys = createRemoteJWKSet(new URL('/.well-known/openid-configuration/jwks', test.fake.url));
    const { payload, protectedHeader } = await jwtVerify(access_token ?? '', keys, { audience: 'user_api' });
    expect(payload).toMatchObject(claims);
    expect(protectedHeader.alg).toBe('RS256');
    expect(await test.token(exchange)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('gives nothing for a code with another verifier', async () => {
    await using test = await startFake();
    const { returned } = await consent(test, {}, demo.administrator.id);
    const code = returned?.searchParams.get('code') ?? '';
    const exchange = { grant_type: 'authorization_code', code, redirect_uri, code_verifier: 'other' };
    expect(await test.token(exchange)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('tells the client of a denial and of a wrong scope', async () => {
    await using test = await startFake();
    const denied = await consent(test, {}, '');
    expect(denied.returned?.searchParams.get('error')).toBe('access_denied');
    const wrong = await consent(test, { scope: 'core_api.full' });
    expect(wrong.returned?.searchParams.get('error')).toBe('invalid_scope');
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an address that is not registered', { redirect_uri: 'https://evil.example/' }],
    ['a challenge that is not hashed', { code_challenge_method: 'plain' }],
    ['a phone without PKCE', { client_id: demo.phoneClient.id, code_challenge: '' }],
  ])('shows %s to the person and redirects nowhere', async (_, change) => {
    await using test = await startFake();
    expect(await consent(test, change)).toMatchObject({ status: 400, returned: undefined });
  });

  it('is found by discovery', async () => {
    await using test = await startFake();
    const { body } = await test.request('GET', '/.well-known/openid-configuration');
    expect(body).toMatchObject({
      issuer: test.fake.url,
      authorization_endpoint: `${test.fake.url}/connect/authorize`,
      token_endpoint: `${test.fake.url}/connect/token`,
    });
  });
});

import { demo } from '../demo-seed.ts';
import { handClock, startFake, type Response } from '../testing/fake-under-test.ts';

const { email: username, password } = demo.administrator;
const signIn = { grant_type: 'password', username, password, scope: 'user_api.full_access offline_access' };
const refreshTokenOf = ({ body }: Response) => (body as { refresh_token: string }).refresh_token;
const accessTokenOf = ({ body }: Response) => (body as { access_token: string }).access_token;

describe('POST /connect/token', () => {
  it('signs in with a password', async () => {
    await using test = await startFake();
    const answer = await test.token(signIn);
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    const me = await test.request('GET', '/v1.2/me', undefined, accessTokenOf(answer));
    expect(me.body).toMatchObject({ id: demo.administrator.id });
  });

  it.each([
    ['invalid_client', { client_secret: 'wrong' }],
    ['invalid_grant', { password: 'wrong' }],
    ['invalid_scope', { scope: 'core_api.full' }],
    ['invalid_grant', { grant_type: 'refresh_token', refresh_token: 'unknown' }],
    ['invalid_grant', { grant_type: 'authorization_code', code: 'unknown' }],
    ['unsupported_grant_type', { grant_type: 'device_code' }],
  ])('answers %s to %j', async (error, change) => {
    await using test = await startFake();
    expect(await test.token({ ...signIn, ...change })).toMatchObject({ status: 400, body: { error } });
  });

  it('gives no access to the API and the hub to a token without its scope', async () => {
    await using test = await startFake();
    const answer = await test.token({ ...signIn, scope: 'openid offline_access' });
    expect(answer).toMatchObject({ status: 200, body: { scope: 'openid offline_access' } });
    const refreshed = await test.token({ grant_type: 'refresh_token', refresh_token: refreshTokenOf(answer) });
    for (const token of [accessTokenOf(answer), accessTokenOf(refreshed)]) {
      expect((await test.request('GET', '/v1.2/me', undefined, token)).status).toBe(401);
      const hub = `/v1/hub/entries/negotiate?site_id=${demo.paris.id}`;
      expect((await test.request('POST', hub, undefined, token)).status).toBe(401);
    }
  });

  it('gives the scope of the API to whom names none', async () => {
    await using test = await startFake();
    const { scope: _, ...unnamed } = signIn;
    const token = accessTokenOf(await test.token(unnamed));
    expect((await test.request('GET', '/v1.2/me', undefined, token)).status).toBe(200);
  });

  it('accepts the client by HTTP Basic', async () => {
    await using test = await startFake();
    const { id, secret } = demo.client;
    const response = await fetch(`${test.fake.url}/connect/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams(signIn),
    });
    expect(response.status).toBe(200);
  });

  it('gives no refresh token without offline_access', async () => {
    await using test = await startFake();
    expect((await test.token({ ...signIn, scope: 'user_api.full_access' })).body).not.toHaveProperty('refresh_token');
  });

  it('spends a refresh token when they rotate', async () => {
    await using test = await startFake();
    const first = refreshTokenOf(await test.token(signIn));
    const refresh = () => test.token({ grant_type: 'refresh_token', refresh_token: first });
    const second = refreshTokenOf(await refresh());
    expect(second).not.toBe(first);
    expect(await refresh()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('leaves the newest token good when a spent one is used again, unless told that this ends the consent', async () => {
    await using test = await startFake();
    const useSpent = async () => {
      const first = refreshTokenOf(await test.token(signIn));
      const second = refreshTokenOf(await test.token({ grant_type: 'refresh_token', refresh_token: first }));
      await test.token({ grant_type: 'refresh_token', refresh_token: first });
      return (await test.token({ grant_type: 'refresh_token', refresh_token: second })).status;
    };
    expect(await useSpent()).toBe(200);
    test.fake.set({ refresh_token_reuse: 'revokes_consent' });
    expect(await useSpent()).toBe(400);
  });

  it('refuses a refresh token after its lifetime, by the clock of the fake', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now, settings: { refresh_token_lifetime_seconds: 100 } });
    const refresh_token = refreshTokenOf(await test.token(signIn));
    clock.advanceSeconds(99);
    const next = await test.token({ grant_type: 'refresh_token', refresh_token });
    expect(next.status).toBe(200);
    clock.advanceSeconds(100);
    const late = await test.token({ grant_type: 'refresh_token', refresh_token: refreshTokenOf(next) });
    expect(late).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('gives a refresh token to the client that it belongs to only', async () => {
    await using test = await startFake();
    const refresh_token = refreshTokenOf(await test.token(signIn));
    const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: demo.phoneClient.id, refresh_token });
    const response = await fetch(`${test.fake.url}/connect/token`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('keeps a refresh token when they do not rotate', async () => {
    await using test = await startFake({ settings: { refresh_token_rotation: false } });
    const first = refreshTokenOf(await test.token(signIn));
    const refresh = () => test.token({ grant_type: 'refresh_token', refresh_token: first });
    expect(refreshTokenOf(await refresh())).toBe(first);
    expect((await refresh()).status).toBe(200);
  });

  it('refuses an access token after its lifetime with 401', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now, settings: { token_lifetime_seconds: 60 } });
    const token = accessTokenOf(await test.token(signIn));
    const status = async () => (await test.request('GET', '/v1.2/me', undefined, token)).status;
    expect(await status()).toBe(200);
    clock.advanceSeconds(60);
    expect(await status()).toBe(401);
  });

  it('refuses tokens that another Salto KS signed, and none at all, with 401', async () => {
    await using test = await startFake();
    await using other = await startFake();
    const foreign = await other.fake.accessToken(demo.administrator.id);
    expect((await test.request('GET', '/v1.2/me', undefined, foreign)).status).toBe(401);
    expect((await test.request('GET', '/v1.2/me', undefined, 'nonsense')).status).toBe(401);
  });

  it('ends a refresh token at /connect/revocation', async () => {
    await using test = await startFake();
    const token = refreshTokenOf(await test.token(signIn));
    const { id: client_id, secret: client_secret } = demo.client;
    const body = new URLSearchParams({ client_id, client_secret, token });
    expect((await fetch(`${test.fake.url}/connect/revocation`, { method: 'POST', body })).status).toBe(200);
    expect(await test.token({ grant_type: 'refresh_token', refresh_token: token })).toMatchObject({ status: 400 });
  });
});

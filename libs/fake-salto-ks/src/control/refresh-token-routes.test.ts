import { demo } from '../demo-seed.ts';
import { startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';

async function refreshTokenOf(test: FakeUnderTest, { email, password }: { email: string; password: string }) {
  const scope = 'user_api.full_access offline_access';
  const { body } = await test.token({ grant_type: 'password', username: email, password, scope });
  return (body as { refresh_token: string }).refresh_token;
}

describe('DELETE /_fake/refresh-tokens', () => {
  it('ends those of one account, or of all', async () => {
    await using test = await startFake({ settings: { refresh_token_rotation: false } });
    const doras = await refreshTokenOf(test, demo.administrator);
    const kayas = await refreshTokenOf(test, demo.member);
    const refresh = async (refresh_token: string) =>
      (await test.token({ grant_type: 'refresh_token', refresh_token })).status;
    const revoke = (query: string) => test.request('DELETE', `/_fake/refresh-tokens${query}`);
    expect((await revoke(`?account=${demo.administrator.id}`)).body).toEqual({ revoked: 1 });
    expect([await refresh(doras), await refresh(kayas)]).toEqual([400, 200]);
    expect((await revoke('')).body).toEqual({ revoked: 1 });
    expect(await refresh(kayas)).toBe(400);
  });
});

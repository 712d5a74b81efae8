import { startFake } from '../../testing/fake-under-test.ts';

describe('GET /v1.2/me', () => {
  it("is the token's owner", async () => {
    await using test = await startFake();
    const { user } = await test.createUser('ada@example.org');
    const token = await test.fake.accessToken(user.id);
    const { body } = await test.request('GET', '/v1.2/me', undefined, token);
    expect(body).toMatchObject({ id: user.id, email: 'ada@example.org' });
    expect(body).not.toHaveProperty('password');
  });
});

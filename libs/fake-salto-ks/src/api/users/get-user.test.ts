import { startFake } from '../../testing/fake-under-test.ts';

describe('GET /v1.2/sites/{site}/users/{user}', () => {
  it('wants the site-user id: the platform id is 404 2202', async () => {
    await using test = await startFake();
    const { id, user } = await test.createUser();
    expect(await test.paris('GET', `users/${id}`)).toMatchObject({ status: 200, body: { id, user: { id: user.id } } });
    expect(await test.paris('GET', `users/${user.id}`)).toMatchObject({ status: 404, body: { ErrorCode: 2202 } });
  });
});

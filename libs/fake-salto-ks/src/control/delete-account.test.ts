import { demo } from '../demo-seed.ts';
import { startFake } from '../testing/fake-under-test.ts';

describe('DELETE /_fake/accounts/{account}', () => {
  it('takes a person from every site, and their name out of the entries', async () => {
    await using test = await startFake();
    const { id, user } = await test.createUser('ada@example.org');
    const members = `access_groups/${demo.paris.groups.roomA}/users`;
    await test.paris('POST', members, { user_id: user.id });
    await test.request('POST', `/_fake/locks/${demo.paris.locks.roomA}/tap`, { user_id: user.id });
    const token = await test.fake.accessToken(user.id);

    expect((await test.request('DELETE', `/_fake/accounts/${user.id}`)).status).toBe(204);
    expect(await test.paris('GET', `users/${id}`)).toMatchObject({ status: 404, body: { ErrorCode: 2202 } });
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [] });
    expect((await test.paris('GET', 'entries', undefined, 'v1.1')).body).toMatchObject({
      items: [
        { event_category: 'lock_opened', user_id: expect.not.stringMatching(user.id) as string, user_alias: null },
      ],
    });
    expect((await test.request('GET', '/v1.2/me', undefined, token)).status).toBe(401);
    expect((await test.createUser('ada@example.org')).user.id).not.toBe(user.id);
    expect((await test.request('DELETE', `/_fake/accounts/${user.id}`)).status).toBe(404);
  });

  it('ends its consents', async () => {
    await using test = await startFake();
    const { id, email: username, password } = demo.administrator;
    const scope = 'user_api.full_access offline_access';
    const { body } = await test.token({ grant_type: 'password', username, password, scope });
    await test.request('DELETE', `/_fake/accounts/${id}`);
    const { refresh_token } = body as { refresh_token: string };
    expect(await test.token({ grant_type: 'refresh_token', refresh_token })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });
});

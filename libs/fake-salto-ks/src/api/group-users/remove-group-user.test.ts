import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

const members = `access_groups/${demo.paris.groups.roomA}/users`;

describe('DELETE …/access_groups/{group}/users/{user}', () => {
  it('takes a member out', async () => {
    await using test = await startFake();
    const { user } = await test.createUser();
    await test.paris('POST', members, { user_id: user.id });
    expect((await test.paris('DELETE', `${members}/${user.id}`)).status).toBe(204);
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [] });
  });

  it.each([
    ['succeeds', 204],
    ['fails', 404],
  ] as const)('%s for somebody who is not in, by setting', async (repeated_member_change, status) => {
    await using test = await startFake({ settings: { repeated_member_change } });
    const { user } = await test.createUser();
    expect((await test.paris('DELETE', `${members}/${user.id}`)).status).toBe(status);
  });

  it('answers 404 2202 for the site-user id', async () => {
    await using test = await startFake();
    const { id } = await test.createUser();
    expect(await test.paris('DELETE', `${members}/${id}`)).toMatchObject({ status: 404, body: { ErrorCode: 2202 } });
  });
});

import { demo } from '../demo-seed.ts';
import { startFake } from '../testing/fake-under-test.ts';

describe('hundreds of people who join and leave at once', () => {
  it('are all counted, and nobody is left', async () => {
    await using test = await startFake();
    const users = await Promise.all(Array.from({ length: 250 }, (_, at) => test.createUser(`u${at}@example.org`)));
    const members = `access_groups/${demo.paris.groups.roomA}/users`;
    await Promise.all(users.map(({ user }) => test.paris('POST', members, { user_id: user.id })));
    expect(test.fake.state.accessGroups.get(demo.paris.groups.roomA)?.members.size).toBe(250);
    await Promise.all(users.map(({ user }) => test.paris('DELETE', `${members}/${user.id}`)));
    expect(test.fake.state.accessGroups.get(demo.paris.groups.roomA)?.members.size).toBe(0);
    expect(test.fake.calls.matching(({ status }) => status === 200 || status === 204)).toHaveLength(500);
  });
});

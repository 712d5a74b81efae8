import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

const members = `access_groups/${demo.paris.groups.roomA}/users`;

describe('GET …/access_groups/{group}/users', () => {
  it('lists members in pages, by platform id', async () => {
    await using test = await startFake({ settings: { page_size: 2 } });
    for (const name of ['a', 'b', 'c']) {
      const { user } = await test.createUser(`${name}@example.org`);
      await test.paris('POST', members, { user_id: user.id });
    }
    const first = (await test.paris('GET', members)).body as { items: { id: string }[]; next_page_link: string };
    const second = (await test.request('GET', first.next_page_link)).body as typeof first;
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids.map((id) => test.fake.state.accounts.get(id)?.email)).toEqual([
      'a@example.org',
      'b@example.org',
      'c@example.org',
    ]);
  });

  it('lists site users where told to', async () => {
    await using test = await startFake({ settings: { group_user_shape: 'site_user' } });
    const { id, user } = await test.createUser();
    await test.paris('POST', members, { user_id: user.id });
    expect((await test.paris('GET', members)).body).toMatchObject({ items: [{ id, user: { id: user.id } }] });
  });
});

import { startFake } from '../../testing/fake-under-test.ts';

interface Page {
  items: { user: { email: string } }[];
  next_page_link: string | null;
  count: number | null;
}

describe('GET /v1.2/sites/{site}/users', () => {
  it('finds a user by e-mail', async () => {
    await using test = await startFake();
    await test.createUser('ada@example.org');
    const { body } = await test.paris('GET', "users?$filter=user/email eq 'ada@example.org'");
    expect(body).toMatchObject({ items: [{ user: { email: 'ada@example.org' } }], next_page_link: null, count: null });
  });

  it('gives pages to follow, and the count when asked', async () => {
    await using test = await startFake({ settings: { page_size: 2 } });
    for (const name of ['a', 'b', 'c', 'd']) await test.createUser(`${name}@example.org`);
    const seen: string[] = [];
    let next: string | null =
      `users?$orderby=user/email desc&$inlinecount=allpages&$filter=contains(user/email,'example.org')`;
    for (let page = 0; next !== null; page += 1) {
      const answer: { body: unknown } = await (page === 0 ? test.paris('GET', next) : test.request('GET', next));
      const { items, next_page_link, count } = answer.body as Page;
      expect(count).toBe(4);
      seen.push(...items.map(({ user }) => user.email.slice(0, 1)));
      next = next_page_link;
    }
    expect(seen).toEqual(['d', 'c', 'b', 'a']);
  });

  it('stops after $top, over several pages too', async () => {
    await using test = await startFake({ settings: { page_size: 2 } });
    for (const name of ['a', 'b', 'c', 'd']) await test.createUser(`${name}@example.org`);
    const first = (await test.paris('GET', 'users?$top=3')).body as Page;
    const second = (await test.request('GET', first.next_page_link ?? '')).body as Page;
    expect([first.items.length, second.items.length, second.next_page_link]).toEqual([2, 1, null]);
  });

  it('answers a bare array of everything where told to', async () => {
    await using test = await startFake({ settings: { page_size: 1, bare_array_lists: ['users'] } });
    await test.createUser();
    expect((await test.paris('GET', 'users')).body).toHaveLength(2);
  });

  it('refuses an unknown $orderby with 1102', async () => {
    await using test = await startFake();
    expect(await test.paris('GET', 'users?$orderby=shoe_size')).toMatchObject({
      status: 400,
      body: { ErrorCode: 1102 },
    });
  });
});

import { startFake } from '../testing/fake-under-test.ts';

describe('the mails that Salto would have sent', () => {
  it('are listed and forgotten, all or those to one address', async () => {
    await using test = await startFake();
    for (const name of ['ada', 'bruno', 'cleo']) await test.createUser(`${name}@example.org`);
    const to = async (query = '') => {
      const { body } = await test.request('GET', `/_fake/mails${query}`);
      return (body as { items: { to: string }[] }).items.map((mail) => mail.to);
    };
    expect(await to()).toEqual(['ada@example.org', 'bruno@example.org', 'cleo@example.org']);
    expect(await to('?to=bruno@example.org')).toEqual(['bruno@example.org']);
    expect((await test.request('DELETE', '/_fake/mails?to=bruno@example.org')).status).toBe(204);
    expect(await to()).toEqual(['ada@example.org', 'cleo@example.org']);
    expect((await test.request('DELETE', '/_fake/mails')).status).toBe(204);
    expect(await to()).toEqual([]);
  });
});

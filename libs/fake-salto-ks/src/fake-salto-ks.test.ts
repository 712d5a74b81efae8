import { createFakeSaltoKs } from './fake-salto-ks.ts';

describe('the address of a fake', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', 'localhost'],
    ['::1', '[::1]'],
    ['0.0.0.0', '127.0.0.1'],
  ])('that listens at %s is at http://%s, as is the issuer of its tokens', async (host, named) => {
    await using fake = await (await createFakeSaltoKs()).listen(0, host);
    expect(fake.url).toMatch(/^http:\/\/.+:[1-9]\d*$/);
    expect(fake.url).toContain(`http://${named}:`);
    const discovery = await fetch(`${fake.url}/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer: fake.url });
  });

  it('is the public one, where it has one', async () => {
    await using fake = await (await createFakeSaltoKs({ publicUrl: 'https://salto.example' })).listen();
    expect(fake.url).toBe('https://salto.example');
  });
});

import { isRedirectAllowed } from './redirect-address.ts';

describe('the address that consent returns to', () => {
  it.each([
    ['any loopback address when none is registered', null, 'http://127.0.0.1:7000/x', true],
    ['no other address when none is registered', null, 'https://app.example/x', false],
    ['a registered address', ['https://app.example/cb'], 'https://app.example/cb', true],
    ['no other path of it', ['https://app.example/cb'], 'https://app.example/other', false],
    ['any port of a registered loopback address', ['http://127.0.0.1/cb'], 'http://127.0.0.1:7000/cb', true],
    ['no other port elsewhere', ['https://app.example/cb'], 'https://app.example:8443/cb', false],
    ['nothing that is no URL', null, 'x', false],
  ])('may be %s', (_, redirect_uris, address, isAllowed) => {
    expect(isRedirectAllowed({ id: 'c', secret: null, redirect_uris }, address)).toBe(isAllowed);
  });
});

interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** The cookies of one browser, as far as sign-in pages need them: by host, path and name. */
export class CookieJar {
  #cookies: readonly Cookie[] = [];

  keep(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', ...value] = pair.split('=');
      const path = attributeOf(attributes, 'path') ?? '/';
      const cookie = { host: url.host, path, name, value: value.join('=') };
      const others = this.#cookies.filter(
        (known) => known.host !== cookie.host || known.path !== path || known.name !== name,
      );
      this.#cookies = isOver(attributes) ? others : [...others, cookie];
    }
  }

  /** The value of a `Cookie` header. */
  of({ host, pathname }: URL): string {
    return this.#cookies
      .filter((cookie) => cookie.host === host && pathname.startsWith(cookie.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }
}

function attributeOf(attributes: readonly string[], wanted: string): string | undefined {
  return attributes.map((attribute) => attribute.split('=')).find(([name]) => name?.toLowerCase() === wanted)?.[1];
}

function isOver(attributes: readonly string[]): boolean {
  if (attributeOf(attributes, 'max-age') === '0') return true;
  const expires = attributeOf(attributes, 'expires');
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

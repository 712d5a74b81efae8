/** A browser without pictures: keeps cookies, sends forms, stops at each redirect. */
export class PageVisitor {
  readonly #cookies = new Map<string, string>();

  /** Opens a page, or sends its form there. */
  async visit(url: URL | string, form?: Record<string, string>): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = form && { method: 'POST', body: new URLSearchParams(form) };
    const headers = { cookie, accept: 'text/html' };
    const response = await fetch(url, { redirect: 'manual', headers, ...sent });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';', 1)[0]?.split('=', 2) ?? [];
      this.#cookies.set(name, value);
    }
    return response;
  }
}

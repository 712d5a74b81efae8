import type { BillingAggregate, EventDefinition } from '@latchkey/contracts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Present {
  readonly type: string;
  readonly version: number;
  readonly data: { readonly id: string };
}

/** The billing gateway over HTTP, as far as the comparison asks it: two aggregates a page, so that paging is used. */
export class FakeGateway {
  readonly #present = new Map<string, Map<string, Present>>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const answer = this.#answer(new URL(request.url ?? '/', 'http://gateway'), request.headers.authorization);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  }

  static async start(): Promise<FakeGateway> {
    const gateway = new FakeGateway();
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the gateway holds now, whether or not its event was published. */
  holds<Data extends { id: string }>(of: { definition: EventDefinition<Data>; version: number; data: Data }): void {
    const { type, aggregate } = of.definition;
    const known = this.#present.get(aggregate) ?? new Map<string, Present>();
    this.#present.set(aggregate, known.set(of.data.id, { type, version: of.version, data: of.data }));
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve, reject) => this.#server.close((error) => (error ? reject(error) : resolve())));
  }

  #answer({ pathname, searchParams }: URL, authorization: string | undefined): unknown {
    if (!authorization?.startsWith('Bearer ')) return undefined;
    if (pathname === '/v1/events/versions') return this.#versions(searchParams);
    const [, aggregate = '', id = ''] = /^\/v1\/events\/state\/(\w+)\/(.+)$/.exec(pathname) ?? [];
    const present = this.#present.get(aggregate)?.get(id);
    return present && { ...present, aggregate, id };
  }

  #versions(query: URLSearchParams) {
    const aggregate = query.get('aggregate') as BillingAggregate;
    const from = Number(query.get('cursor') ?? 0);
    const all = [...(this.#present.get(aggregate) ?? new Map<string, Present>())].sort(([a], [b]) => (a < b ? -1 : 1));
    const items = all
      .slice(from, from + 2)
      .map(([id, { version, type }]) => ({ id, version, isDeleted: type.endsWith('.deleted.v1') }));
    return { items, ...(all.length > from + 2 && { nextCursor: String(from + 2) }) };
  }
}

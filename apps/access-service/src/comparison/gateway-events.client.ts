import {
  aggregateVersions,
  presentEvent,
  type AggregateVersions,
  type BillingAggregate,
  type PresentEvent,
} from '@latchkey/contracts';
import { currentTraceparent, type ServiceTokens } from '@latchkey/service-kit';

const DEADLINE_MS = 10_000;

/** Asks the billing gateway what its aggregates are now, as a service with the scope `events:read`. */
export class GatewayEventsClient {
  readonly #url: string;
  readonly #tokens: ServiceTokens;

  constructor(url: string, tokens: ServiceTokens) {
    this.#url = url;
    this.#tokens = tokens;
  }

  /** Id and version of all aggregates of a kind, deleted ones too, page by page. @throws where the gateway fails */
  async *versions(aggregate: BillingAggregate): AsyncIterable<AggregateVersions['items']> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ aggregate, ...(cursor !== undefined && { cursor }) });
      const page = aggregateVersions.parse(await this.#get(`/v1/events/versions?${query.toString()}`));
      yield page.items;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }

  /** The event of the aggregate's present state, as it would be published now. @throws where the gateway fails */
  async presentEvent(aggregate: BillingAggregate, id: string): Promise<PresentEvent> {
    return presentEvent.parse(await this.#get(`/v1/events/state/${aggregate}/${id}`));
  }

  async #get(path: string): Promise<unknown> {
    const traceparent = currentTraceparent();
    const response = await fetch(this.#url + path, {
      headers: { authorization: `Bearer ${await this.#tokens.token()}`, ...(traceparent && { traceparent }) },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (response.status === 401) this.#tokens.forget();
    if (!response.ok) throw new Error(`the gateway answered ${response.status} to ${path}`);
    return response.json();
  }
}

import { seatsBody, type SeatsBody } from '@latchkey/contracts';
import { currentTraceparent, unavailable, type ServiceTokens } from '@latchkey/service-kit';

const DEADLINE_MS = 10_000;
const RETRY_AFTER_SECONDS = 30;

/** Asks the salto-adapter, as a service with the scope `connections:read`. */
export class SaltoAdapterClient {
  readonly #url: string;
  readonly #tokens: ServiceTokens;

  constructor(url: string, tokens: ServiceTokens) {
    this.#url = url;
    this.#tokens = tokens;
  }

  /** @throws Problem 503 `seats_unavailable` */
  async seatsOf(locationId: string): Promise<SeatsBody> {
    try {
      const traceparent = currentTraceparent();
      const response = await fetch(`${this.#url}/v1/connections/${locationId}/seats`, {
        headers: { authorization: `Bearer ${await this.#tokens.token()}`, ...(traceparent && { traceparent }) },
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (response.status === 401) this.#tokens.forget();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return seatsBody.parse(await response.json());
    } catch (cause) {
      throw unavailable(
        'seats_unavailable',
        'The seats of the site cannot be asked for just now.',
        RETRY_AFTER_SECONDS,
        cause,
      );
    }
  }
}

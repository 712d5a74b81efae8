import { entitledMembers } from '@latchkey/contracts';
import { currentTraceparent, logger, unavailable, type ServiceTokens } from '@latchkey/service-kit';

const log = logger('access-service');
const DEADLINE_MS = 5_000;
const RETRY_AFTER_SECONDS = 10;
/** What one request asks for, so that its address stays short. */
const MEMBERS_AT_ONCE = 100;

/** Asks access-service, with the scopes `access:read` and `access:write`. */
export class AccessServiceClient {
  readonly #url: string;
  readonly #tokens: ServiceTokens;

  constructor(url: string, tokens: ServiceTokens) {
    this.#url = url;
    this.#tokens = tokens;
  }

  /**
   * Whom of these members something entitles to the group now.
   * @throws Problem 503 `access_service_unavailable`
   */
  async entitled(locationId: string, groupId: string, memberIds: readonly string[]): Promise<ReadonlySet<string>> {
    const entitled = new Set<string>();
    const path = `/v1/locations/${locationId}/access-groups/${encodeURIComponent(groupId)}/entitled-members`;
    try {
      for (let from = 0; from < memberIds.length; from += MEMBERS_AT_ONCE) {
        const query = new URLSearchParams();
        for (const memberId of memberIds.slice(from, from + MEMBERS_AT_ONCE)) query.append('memberId', memberId);
        const response = await this.#send('GET', `${path}?${query.toString()}`);
        for (const { memberId } of entitledMembers.parse(await response.json()).items) entitled.add(memberId);
      }
      return entitled;
    } catch (cause) {
      const detail = 'It cannot be told just now whom something entitles to the group.';
      throw unavailable('access_service_unavailable', detail, RETRY_AFTER_SECONDS, cause);
    }
  }

  /** Has the site of the location checked at once. Where that fails, the next check comes anyhow. */
  async checkSoon(locationId: string): Promise<void> {
    try {
      await this.#send('POST', `/v1/locations/${locationId}/site-check`);
    } catch (error) {
      log.warn({ locationId, error }, 'no check at once');
    }
  }

  async #send(method: 'GET' | 'POST', path: string): Promise<Response> {
    const traceparent = currentTraceparent();
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: `Bearer ${await this.#tokens.token()}`, ...(traceparent && { traceparent }) },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (response.status === 401) this.#tokens.forget();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response;
  }
}

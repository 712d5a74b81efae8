import { personBody, personPage, type PersonBody } from '@latchkey/contracts';
import { currentTraceparent, type ServiceTokens } from '@latchkey/service-kit';
import { AttemptError } from '../access/failures.ts';
import type { Contact, ContactSource } from './contacts.ts';

const DEADLINE_MS = 5_000;
/** What one request asks for, so that its address stays short. */
export const EMAILS_AT_ONCE = 50;

/** Asks the billing gateway for names and e-mails, as a service with the scope `people:read`. */
export class GatewayClient implements ContactSource {
  readonly #url: string;
  readonly #tokens: ServiceTokens;

  constructor(url: string, tokens: ServiceTokens) {
    this.#url = url;
    this.#tokens = tokens;
  }

  /** @throws AttemptError `person_unavailable` */
  async contact(memberId: string): Promise<Contact | undefined> {
    try {
      const response = await this.#get(`/v1/people/${memberId}`);
      if (response.status === 404 || response.status === 410) return undefined;
      if (response.status === 401) this.#tokens.forget();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const person = personBody.parse(await response.json());
      const { givenName, familyName, email, isEmailVerified, contactVersion: version } = person;
      return { givenName, familyName, email: email === '' ? null : email, isEmailVerified, version };
    } catch (cause) {
      throw new AttemptError('person_unavailable', 'soon', 'the billing gateway does not answer about the person', {
        cause,
      });
    }
  }

  /**
   * The people of a location that have one of these e-mails, at most as many as the gateway takes at once.
   * @throws AttemptError `person_unavailable`
   */
  async peopleByEmail(locationId: string, emails: readonly string[]): Promise<PersonBody[]> {
    const query = new URLSearchParams([
      ['locationId', locationId],
      ['limit', String(EMAILS_AT_ONCE)],
    ]);
    for (const email of emails) query.append('email', email);
    try {
      const response = await this.#get(`/v1/people?${query.toString()}`);
      if (response.status === 401) this.#tokens.forget();
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return personPage.parse(await response.json()).items;
    } catch (cause) {
      throw new AttemptError('person_unavailable', 'soon', 'the billing gateway does not answer about people', {
        cause,
      });
    }
  }

  async #get(path: string): Promise<Response> {
    const traceparent = currentTraceparent();
    return fetch(this.#url + path, {
      headers: { authorization: `Bearer ${await this.#tokens.token()}`, ...(traceparent && { traceparent }) },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
  }
}

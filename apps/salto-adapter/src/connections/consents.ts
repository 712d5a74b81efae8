import type { BegunConsent, ConsentBody, ConsentCompletion, SaltoAccount } from '@latchkey/contracts';
import { inTransaction, requireAdministratorOf, unprocessable, type PersonCaller } from '@latchkey/service-kit';
import type { DataSource } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import type { IdentityClient } from '../salto-ks/identity.client.ts';
import type { SaltoKsAccount } from '../salto-ks/salto-ks.account.ts';
import type { Connections } from './connections.ts';
import { consentProblems } from './consent-problems.ts';
import type { Consent, ConsentRepository } from './consent.repository.ts';
import type { DiscardedTokens } from './discarded-tokens.ts';
import type { OfferedSites } from './offered-sites.ts';

export interface ConsentsParts {
  readonly dataSource: DataSource;
  readonly rows: ConsentRepository;
  readonly identity: IdentityClient;
  readonly connections: Connections;
  readonly sites: OfferedSites;
  readonly discarded: DiscardedTokens;
}

/**
 * The way of an administrator to Salto's consent page and back (docs/adr/0016). A consent belongs to the account
 * `(iss, sub)` that began it: nobody can be made to finish one that another began, nor finish another's.
 */
export class Consents {
  readonly #parts: ConsentsParts;

  constructor(parts: ConsentsParts) {
    this.#parts = parts;
  }

  /** Begins; an earlier one of this administrator for the location is abandoned. @throws SaltoKsError */
  async begin(caller: PersonCaller, locationId: string): Promise<BegunConsent> {
    const { dataSource, identity, rows, discarded } = this.#parts;
    const secrets = identity.newSecrets();
    const authorizationUrl = await identity.authorizationUrl(secrets);
    const { id, expiresAt } = await inTransaction(dataSource, async (em) => {
      const { iss, sub } = caller.account;
      const earlier = 'location_id = $1 AND issuer = $2 AND subject = $3';
      await discarded.ofConsents(queriesOf(em), earlier, [locationId, iss, sub]);
      return rows.begin(queriesOf(em), locationId, caller.account, secrets);
    });
    return { id, authorizationUrl, expiresAt: expiresAt.toISOString() };
  }

  /**
   * Takes what the browser brought back, once. Whatever goes wrong from here on, the state is used up.
   * @throws Problem 422 `consent_unknown`, `consent_expired`, `consent_cancelled`, `consent_failed`,
   *   `no_site_administered`; 403 `consent_of_another_person`; SaltoKsError
   */
  async complete(caller: PersonCaller, { state, code, error, iss }: ConsentCompletion): Promise<ConsentBody> {
    const { rows, identity } = this.#parts;
    const consent = this.#requireOwn(caller, await rows.byState(state));
    const codeVerifier = await rows.takeVerifier(consent.id);
    if (codeVerifier === undefined) throw consentProblems.unknown();
    if (code === undefined) {
      await this.#end(consent.id);
      throw error === 'access_denied' ? consentProblems.cancelled() : consentProblems.failed();
    }
    const tokens = await identity.exchange({ code, state, iss, codeVerifier }).catch(async (refused: unknown) => {
      await this.#end(consent.id);
      throw consentProblems.ofExchange(refused);
    });
    return this.#present(caller, await rows.saveTokens(consent.id, tokens));
  }

  /** The account and its sites, for as long as none is chosen. @throws as `complete` does */
  async read(caller: PersonCaller, id: string): Promise<ConsentBody> {
    const consent = this.#requireOwn(caller, await this.#parts.rows.byId(id));
    if (!consent.isGiven) throw consentProblems.unknown();
    return this.#present(caller, consent);
  }

  /** Ends a consent of the caller's that is not to be used. Repeatable. */
  async abandon({ account: { iss, sub } }: PersonCaller, id: string): Promise<void> {
    await this.#end(id, 'AND issuer = $2 AND subject = $3', [iss, sub]);
  }

  /** Ends those whose time is over. */
  async endExpired(): Promise<number> {
    return this.#parts.discarded.ofConsents(queriesOf(this.#parts.dataSource), 'expires_at <= clock_timestamp()');
  }

  async #present(caller: PersonCaller, { id, locationId, expiresAt }: Consent): Promise<ConsentBody> {
    const { rows, connections, sites } = this.#parts;
    const given = await rows.given(id);
    if (given === undefined) throw consentProblems.expired();
    const salto = connections.account(given.tokens.accessToken);
    const account = given.account ?? (await this.#whose(id, salto));
    const offered = await sites.of(salto, locationId, caller);
    if (offered.length === 0) {
      await this.#end(id);
      throw unprocessable(
        'no_site_administered',
        'The Salto account administers no site.',
        'Sign in to Salto with an account that is a site administrator, or have this one made one in Salto KS.',
      );
    }
    return { id, locationId, expiresAt: expiresAt.toISOString(), account, sites: offered };
  }

  async #whose(id: string, salto: SaltoKsAccount): Promise<SaltoAccount> {
    const { id: accountId, email, first_name: givenName, last_name: familyName } = await salto.me();
    const name = [givenName, familyName].filter(Boolean).join(' ');
    const account = { id: accountId, name, email: email ?? null };
    await this.#parts.rows.saveAccount(id, account);
    return account;
  }

  #requireOwn(caller: PersonCaller, consent: Consent | undefined): Consent {
    if (consent === undefined) throw consentProblems.unknown();
    if (consent.issuer !== caller.account.iss || consent.subject !== caller.account.sub) {
      throw consentProblems.ofAnotherPerson();
    }
    requireAdministratorOf(caller, consent.locationId);
    if (consent.isExpired) throw consentProblems.expired();
    return consent;
  }

  async #end(id: string, and = '', values: readonly unknown[] = []): Promise<void> {
    const { discarded, dataSource } = this.#parts;
    await discarded.ofConsents(queriesOf(dataSource), `id = $1 ${and}`, [id, ...values]);
  }
}

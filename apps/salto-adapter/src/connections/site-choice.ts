import type { ConnectionChoice } from '@latchkey/contracts';
import { advisoryLock, conflict, inTransaction, unprocessable, type PersonCaller } from '@latchkey/service-kit';
import type { DataSource, EntityManager } from 'typeorm';
import { queriesOf } from '../database/queries.ts';
import { consentProblems } from './consent-problems.ts';
import type { ConsentRepository, GivenConsent } from './consent.repository.ts';
import { leaveSite } from '../disconnection/leave-site.ts';
import { withdraw } from '../disconnection/disconnection.repository.ts';
import { requireGoodStanding } from './connection-check.ts';
import type { Connection, ConnectionRepository } from './connection.repository.ts';
import type { Connections } from './connections.ts';
import type { DiscardedTokens } from './discarded-tokens.ts';
import { useOf } from './offered-sites.ts';

export interface SiteChoiceParts {
  readonly dataSource: DataSource;
  readonly consents: ConsentRepository;
  readonly rows: ConnectionRepository;
  readonly connections: Connections;
  readonly discarded: DiscardedTokens;
}

/** The last step of connecting: a consent and one of its sites become the location's connection. */
export class SiteChoice {
  readonly #parts: SiteChoiceParts;

  constructor(parts: SiteChoiceParts) {
    this.#parts = parts;
  }

  /**
   * Repeatable: the same choice again answers the connection that it made.
   * @throws Problem 422 `consent_unknown`, `consent_expired`, `account_not_as_shown`, `site_not_administered`,
   *   `site_subscription_expired`; 403 `consent_of_another_person`; 409 `site_used_by_another_location`,
   *   `site_change_unconfirmed`; SaltoKsError
   */
  async choose(caller: PersonCaller, locationId: string, choice: ConnectionChoice): Promise<Connection> {
    const { consents, rows, connections, dataSource } = this.#parts;
    const present = await rows.ofLocation(locationId);
    if (present?.consentId === choice.consentId && present.siteId === choice.siteId) return present;
    const consent = await consents.byId(choice.consentId);
    if (consent?.locationId !== locationId) throw consentProblems.unknown();
    const { iss, sub } = caller.account;
    if (consent.issuer !== iss || consent.subject !== sub) throw consentProblems.ofAnotherPerson();
    if (consent.isExpired) throw consentProblems.expired();
    const given = requireShown(await consents.given(consent.id), choice);
    // Before the transaction, which must not wait for Salto.
    await requireGoodStanding(connections.account(given.tokens.accessToken).site(choice.siteId));
    return inTransaction(dataSource, (em) => this.#connect(em, caller, locationId, choice));
  }

  async #connect(em: EntityManager, caller: PersonCaller, locationId: string, choice: ConnectionChoice) {
    const { consents, rows, connections, discarded } = this.#parts;
    const { siteId, consentId, confirmations, keyVisibility } = choice;
    // Two that choose for the same location, or the same site, do so one after the other.
    await advisoryLock(em, `connection of ${locationId}`);
    await advisoryLock(em, `site ${siteId}`);
    const queries = queriesOf(em);
    const present = await rows.lock(queries, locationId);
    const users = (await rows.usersOf(queries, [siteId])).map((user) => user.locationId);
    requireConfirmed(useOf(users, locationId, caller), confirmations, present, siteId);
    const { tokens } = requireShown(await consents.given(consentId, queries), choice);
    await discarded.ofConnection(queries, locationId);
    if (present !== undefined && present.siteId !== siteId)
      await leaveSite(queries, present, `person:${caller.personId}`);
    await withdraw(queries, locationId, siteId);
    const connected = await connections.connect(em, { locationId, siteId, consentId, tokens, keyVisibility });
    await consents.used(queries, consentId);
    return connected;
  }
}

/** What is confirmed is what was seen: another account may have consented since in another window. */
function requireShown(given: GivenConsent | undefined, { accountId }: ConnectionChoice): GivenConsent {
  if (given === undefined) throw consentProblems.unknown();
  if (given.account?.id === accountId) return given;
  throw unprocessable(
    'account_not_as_shown',
    'The consent is of another Salto account than the one named.',
    'Read the consent again, and choose with the account that it shows.',
  );
}

function requireConfirmed(
  use: ReturnType<typeof useOf>,
  confirmations: ConnectionChoice['confirmations'],
  present: Connection | undefined,
  siteId: string,
): void {
  if (use === 'another_location' || (use === 'location_of_yours' && !confirmations.includes('share_site'))) {
    const remedy =
      use === 'another_location'
        ? 'Choose another site, or ask an administrator of both locations.'
        : 'If both locations are meant to open the doors of this site, confirm with `share_site`.';
    throw conflict('site_used_by_another_location', 'Another location uses this site.', remedy);
  }
  const leaves = present !== undefined && present.status !== 'disconnected' && present.siteId !== siteId;
  if (leaves && !confirmations.includes('change_site')) {
    throw conflict(
      'site_change_unconfirmed',
      'The location is connected to another site: access that is open there stays open and must be revoked in Salto KS.',
      'If that is meant, confirm with `change_site`.',
      { presentSiteId: present.siteId },
    );
  }
}

import type { OfferedSite, SiteUse } from '@latchkey/contracts';
import { mayAdminister, type PersonCaller } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';
import type { SaltoKsAccount } from '../salto-ks/salto-ks.account.ts';
import { isAdministratorOf } from './connection-check.ts';
import type { ConnectionRepository } from './connection.repository.ts';

/** An account may see many sites, and Salto answers too many requests with 429. */
const AT_ONCE = 3;

/** The sites that a Salto account may be asked about: those that it administers, and no other (S1.1). */
export class OfferedSites {
  readonly #database: Queries;
  readonly #connections: ConnectionRepository;

  constructor(database: Queries, connections: ConnectionRepository) {
    this.#database = database;
    this.#connections = connections;
  }

  /** @param caller sees of other locations only whether it manages them too. @throws SaltoKsError */
  async of(salto: SaltoKsAccount, locationId: string, caller: PersonCaller): Promise<OfferedSite[]> {
    const seen = await salto.sites();
    const administered = await administeredOf(
      salto,
      seen.map(({ id }) => id),
    );
    const users = await this.#connections.usersOf(this.#database, [...administered]);
    return seen
      .filter(({ id }) => administered.has(id))
      .map((site) => ({
        id: site.id,
        name: site.customer_reference ?? site.id,
        timeZone: site.time_zone ?? null,
        isSubscriptionValid: site.subscription_valid ?? true,
        use: useOf(
          users.filter(({ siteId }) => siteId === site.id).map((user) => user.locationId),
          locationId,
          caller,
        ),
      }));
  }
}

/** Who uses a site, as far as the caller may know. Who uses it already asks nobody again. */
export function useOf(users: readonly string[], locationId: string, caller: PersonCaller): SiteUse {
  if (users.includes(locationId)) return 'this_location';
  if (users.length === 0) return 'free';
  return users.every((user) => mayAdminister(caller, user)) ? 'location_of_yours' : 'another_location';
}

async function administeredOf(salto: SaltoKsAccount, siteIds: readonly string[]): Promise<ReadonlySet<string>> {
  const waiting = [...siteIds];
  const administered = new Set<string>();
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (await isAdministratorOf(salto.site(id))) administered.add(id);
    }
  });
  await Promise.all(lanes);
  return administered;
}

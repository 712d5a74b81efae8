import type { PersonState } from '@latchkey/contracts';
import type { Account, Person } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';

/** What the gateway's events say of people: whose sign-in is whose, who administers what, whose contact is newer. */
export class People {
  readonly #database: Queries;

  constructor(database: Queries) {
    this.#database = database;
  }

  /** @returns false when this version or a newer one was seen before */
  async changed(person: PersonState, version: number): Promise<boolean> {
    const rows = await this.#database.query(
      `INSERT INTO person AS known (member_id, version, contact_version, accounts, administrator_of, member_of)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (member_id) DO UPDATE SET
         version = EXCLUDED.version, contact_version = EXCLUDED.contact_version, accounts = EXCLUDED.accounts,
         administrator_of = EXCLUDED.administrator_of, member_of = EXCLUDED.member_of
       WHERE known.version < EXCLUDED.version AND NOT known.is_deleted
       RETURNING 1`,
      [
        person.id,
        version,
        person.contactVersion,
        JSON.stringify(person.accounts),
        person.administratorOf,
        person.memberOf,
      ],
    );
    return rows.length > 0;
  }

  /** Name, e-mail and sign-ins go at once (S5.7); the link to Salto's user stays until the access is gone. */
  async deleted(memberId: string, version: number): Promise<void> {
    await this.#database.query(
      `INSERT INTO person AS known (member_id, version, is_deleted) VALUES ($1, $2, true)
       ON CONFLICT (member_id) DO UPDATE SET
         version = GREATEST(known.version, EXCLUDED.version), is_deleted = true, contact = NULL, accounts = '[]',
         administrator_of = '{}', member_of = '{}'`,
      [memberId, version],
    );
  }

  async byAccount({ iss, sub }: Account): Promise<Person | undefined> {
    const [person] = await this.#database.query<Person>(
      `SELECT member_id AS "personId", administrator_of AS "administratorOf", member_of AS "memberOf"
         FROM person WHERE accounts @> $1`,
      [JSON.stringify([{ issuer: iss, subject: sub }])],
    );
    return person;
  }
}

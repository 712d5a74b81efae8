import type { PersonState } from '@latchkey/contracts';
import type { Account, Person } from '@latchkey/service-kit';
import type { Queries } from '../database/queries.ts';
import { askUpkeep } from './idleness.ts';

/** What the gateway's events say of people: whose sign-in is whose, who administers what, whose contact is newer. */
export class People {
  readonly #database: Queries;

  constructor(database: Queries) {
    this.#database = database;
  }

  /**
   * A newer name or e-mail is also to be written to the users that we created.
   * @returns false when this version or a newer one was seen before
   */
  async changed(person: PersonState, version: number): Promise<boolean> {
    const rows = await this.#database.query(
      `WITH changed AS (
       INSERT INTO person AS known (member_id, version, contact_version, accounts, administrator_of, member_of,
                                    invitee_of)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (member_id) DO UPDATE SET
         version = EXCLUDED.version, contact_version = EXCLUDED.contact_version, accounts = EXCLUDED.accounts,
         administrator_of = EXCLUDED.administrator_of, member_of = EXCLUDED.member_of, invitee_of = EXCLUDED.invitee_of
       WHERE known.version < EXCLUDED.version AND NOT known.is_deleted
       RETURNING member_id, contact_version),
       asked AS (${askUpkeep(`
         SELECT site_id, member_id, clock_timestamp() FROM salto_user JOIN changed USING (member_id)
          WHERE origin = 'created' AND salto_user.contact_version < changed.contact_version ORDER BY site_id`)})
       SELECT member_id FROM changed`,
      [
        person.id,
        version,
        person.contactVersion,
        JSON.stringify(person.accounts),
        person.administratorOf,
        person.memberOf,
        person.inviteeOf,
      ],
    );
    return rows.length > 0;
  }

  /**
   * Name, e-mail and sign-ins go at once (S5.7), also where they were shown to be confirmed; the link to Salto's user
   * stays until the access is gone, and the user, if it is ours, with it; so does the e-mail of a user whose creation has
   * no answer yet.
   */
  async deleted(memberId: string, version: number): Promise<void> {
    await this.#database.query(
      `INSERT INTO person AS known (member_id, version, is_deleted) VALUES ($1, $2, true)
       ON CONFLICT (member_id) DO UPDATE SET
         version = GREATEST(known.version, EXCLUDED.version), is_deleted = true, contact = NULL, accounts = '[]',
         administrator_of = '{}', member_of = '{}', invitee_of = '{}'`,
      [memberId, version],
    );
    // Afterwards, so that what an attempt proposed in the last moment is seen.
    await this.#database.query(
      `WITH proposals AS (DELETE FROM link_proposal WHERE member_id = $1)
       ${askUpkeep(`
         SELECT site_id, member_id, clock_timestamp() FROM (
           SELECT site_id, member_id FROM salto_user UNION SELECT site_id, member_id FROM user_creation) AS known
          WHERE member_id = $1 ORDER BY site_id`)}`,
      [memberId],
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

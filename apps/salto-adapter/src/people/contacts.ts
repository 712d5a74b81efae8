import { logger } from '@latchkey/service-kit';
import { z } from 'zod';
import { AttemptError } from '../access/failures.ts';
import type { Queries } from '../database/queries.ts';
import type { Sealer } from '../encryption/sealer.ts';

const log = logger('contacts');

const contactSchema = z.object({
  givenName: z.string(),
  familyName: z.string(),
  /** Null when there is none; never empty. */
  email: z.string().min(1).nullable(),
  isEmailVerified: z.boolean(),
});

/** What Salto needs to know of a member. Sealed at rest; never in a log, an event or a workflow's history. */
export type Contact = z.infer<typeof contactSchema> & {
  /** The gateway's `contactVersion`. */
  readonly version: number;
};

/** Where contacts come from. `undefined`: there is no such person any more. */
export interface ContactSource {
  contact(memberId: string): Promise<Contact | undefined>;
}

interface Row {
  readonly contact: string | null;
  readonly contactVersion: number;
  readonly fetchedVersion: number;
  readonly isDeleted: boolean;
}

/** An encrypted copy of the names and e-mails that the adapter needs, fetched when an event says they changed. */
export class Contacts {
  readonly #database: Queries;
  readonly #sealer: Sealer;
  readonly #source: ContactSource;

  constructor(database: Queries, sealer: Sealer, source: ContactSource) {
    this.#database = database;
    this.#sealer = sealer;
    this.#source = source;
  }

  /** @throws AttemptError `person_missing`, `person_unavailable` when the gateway does not answer and no copy is here */
  async of(memberId: string): Promise<Contact> {
    const row = await this.#read(memberId);
    if (row?.isDeleted) throw missing(memberId);
    const copy = row && this.#copy(memberId, row);
    if (row && copy && copy.version >= row.contactVersion) return copy;
    try {
      return await this.#fetch(memberId);
    } catch (error) {
      const isGone = error instanceof AttemptError && error.code === 'person_missing';
      if (copy === undefined || isGone) throw error;
      log.warn({ memberId, error }, 'using an older contact, since the gateway does not answer');
      return copy;
    }
  }

  async #fetch(memberId: string): Promise<Contact> {
    const contact = await this.#source.contact(memberId);
    if (contact === undefined) throw missing(memberId);
    const { version, ...rest } = contact;
    await this.#database.query(
      `INSERT INTO person AS known (member_id, fetched_version, contact) VALUES ($1, $2, $3)
       ON CONFLICT (member_id) DO UPDATE SET fetched_version = EXCLUDED.fetched_version, contact = EXCLUDED.contact
         WHERE known.fetched_version <= EXCLUDED.fetched_version AND NOT known.is_deleted`,
      [memberId, version, this.#sealer.seal(JSON.stringify(rest), identityOf(memberId))],
    );
    return contact;
  }

  async #read(memberId: string): Promise<Row | undefined> {
    const rows = await this.#database.query<Row>(
      `SELECT contact, contact_version AS "contactVersion", fetched_version AS "fetchedVersion", is_deleted AS "isDeleted"
         FROM person WHERE member_id = $1`,
      [memberId],
    );
    return rows[0];
  }

  #copy(memberId: string, { contact, fetchedVersion }: Row): Contact | undefined {
    if (contact === null) return undefined;
    const text = this.#sealer.open(contact, identityOf(memberId));
    return { ...contactSchema.parse(JSON.parse(text)), version: fetchedVersion };
  }
}

/** What the sealed text belongs to. */
function identityOf(memberId: string): string {
  return `person/${memberId}/contact`;
}

function missing(memberId: string): AttemptError {
  return new AttemptError('person_missing', 'never', `there is no person ${memberId}`);
}

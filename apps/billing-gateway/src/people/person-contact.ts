import type { PersonEdit } from '@latchkey/contracts';

export interface Contact {
  givenName: string | null;
  familyName: string | null;
  email: string | null;
  isEmailVerified: boolean;
  contactVersion: number;
}

/**
 * Changes names and e-mail. Another address has to be verified anew; any difference raises the contact version, by which
 * readers know that they must ask again.
 */
export function withContact<Person extends Contact>(person: Person, edit: PersonEdit): Person {
  const { givenName, familyName, email, isEmailVerified } = person;
  Object.assign(person, edit);
  const isAnotherAddress = person.email?.toLowerCase() !== email?.toLowerCase();
  if (isAnotherAddress) person.isEmailVerified = edit.isEmailVerified ?? false;
  const isSame =
    person.givenName === givenName &&
    person.familyName === familyName &&
    person.email === email &&
    person.isEmailVerified === isEmailVerified;
  if (!isSame) person.contactVersion += 1;
  return person;
}

/** Somebody who can sign in to the local identity server. Roles are in the product's database, put there by the seed. */
export interface DemoPerson {
  readonly sub: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

/** One password for all: everything listens on the loopback interface only. */
export const demoPassword = 'latchkey';

export const demoPeople: readonly DemoPerson[] = [
  { sub: 'ada', name: 'Ada Moreau', email: 'ada@latchkey.example', role: 'administrator of Paris' },
  { sub: 'grace', name: 'Grace Miller', email: 'grace@latchkey.example', role: 'administrator of New York' },
  { sub: 'bruno', name: 'Bruno Lefèvre', email: 'bruno@latchkey.example', role: 'member' },
  { sub: 'chiara', name: 'Chiara Rossi', email: 'chiara@latchkey.example', role: 'member' },
  { sub: 'dmitri', name: 'Dmitri Petrov', email: 'dmitri@latchkey.example', role: 'member' },
];

/** The person with this e-mail or `sub`, if the password is right. */
export function findDemoPerson(login: string, password: string): DemoPerson | undefined {
  if (password !== demoPassword) return undefined;
  return demoPeople.find(({ sub, email }) => sub === login || email === login.toLowerCase());
}

import { Table } from './table.ts';

/** A Salto account, the *platform user*: one person on all sites. Its id is what access groups and entries name. */
export interface Account {
  id: string;
  email: string | null;
  first_name: string;
  last_name: string;
  /** Needed for the password grant only; null for somebody who never signs in with one. */
  password: string | null;
}

/** All accounts, also by e-mail (compared without case). */
export class Accounts extends Table<Account> {
  readonly #idByEmail = new Map<string, string>();

  override put(account: Account): Account {
    const before = this.get(account.id)?.email;
    if (before) this.#idByEmail.delete(before.toLowerCase());
    if (account.email) this.#idByEmail.set(account.email.toLowerCase(), account.id);
    return super.put(account);
  }

  override delete(id: string): boolean {
    const email = this.get(id)?.email;
    if (email) this.#idByEmail.delete(email.toLowerCase());
    return super.delete(id);
  }

  override clear(): void {
    super.clear();
    this.#idByEmail.clear();
  }

  /** The account with this e-mail, if the password is its own. */
  signIn(email: string, password: string): Account | undefined {
    const account = this.byEmail(email);
    return account?.password === password ? account : undefined;
  }

  byEmail(email: string): Account | undefined {
    return this.get(this.#idByEmail.get(email.toLowerCase()) ?? '');
  }
}

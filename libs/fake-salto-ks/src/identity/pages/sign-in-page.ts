import type { Account } from '../../state/accounts.ts';
import { escape, page } from './page.ts';

/** Asks for e-mail and password of a Salto account, and says which accounts this fake has. */
export function signInPage(accounts: readonly Account[], wrong?: { email: string }): string {
  const known = accounts.filter(({ password }) => password !== null);
  const rows = known.map(
    ({ email, password }) =>
      `<li><code>${escape(email ?? '')}</code>, password <code>${escape(password ?? '')}</code></li>`,
  );
  return page('Sign in to Salto KS', [
    wrong && { html: '<p role="alert">There is no Salto account with this e-mail and password.</p>' },
    {
      html: `<form method="post">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required autofocus value="${escape(wrong?.email ?? '')}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="main" name="decision" value="sign_in">Sign in</button>
<button name="decision" value="cancel" formnovalidate>Cancel</button>
</form>
<details><summary>Accounts of this fake</summary><ul>${rows.join('')}</ul></details>`,
    },
  ]);
}

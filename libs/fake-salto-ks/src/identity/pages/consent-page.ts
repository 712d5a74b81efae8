import type { Account } from '../../state/accounts.ts';
import { escape, page } from './page.ts';

/** Shows who is signed in, what they administer, and what the client may do once they allow it. */
export function consentPage(request: { account: Account; sites: string[]; clientId: string; may: string[] }): string {
  const { account, sites, clientId, may } = request;
  const administers = sites.length === 0 ? 'It administers no site.' : `It administers ${sites.join(', ')}.`;
  return page(`Allow ${clientId}?`, [
    `You are signed in as ${account.first_name} ${account.last_name} (${account.email ?? account.id}). ${administers}`,
    {
      html: `<h2 id="may">${escape(clientId)} may then</h2>
<ul aria-labelledby="may">${may.map((text) => `<li>${escape(text)}</li>`).join('')}</ul>
<form method="post">
<button class="main" name="decision" value="allow">Allow</button>
<button name="decision" value="cancel">Cancel</button>
</form>`,
    },
  ]);
}

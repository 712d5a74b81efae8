import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { json } from '../../http/answer.ts';
import { guessed } from '../../http/errors.ts';
import type { Account } from '../../state/accounts.ts';
import type { State } from '../../state/state.ts';
import { siteRoute } from '../api-route.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { addSiteUser } from './add-site-user.ts';
import { ownFields, roleCodesOf, userFieldsSchema } from './user-body.ts';
import { userView } from './user-view.ts';

const bodySchema = userFieldsSchema.required({ first_name: true, last_name: true, role_ids: true });
type Body = z.infer<typeof bodySchema>;

/**
 * Makes somebody a user of the site; an e-mail that Salto knows links the existing account, and Salto invites by mail.
 * On a full site the answer is the same 201, and only `subscription_state: "suspended"` tells (measured).
 */
export const createUser = siteRoute<Body>({
  method: 'POST',
  path: '/v1.2/sites/:site/users',
  body: bodySchema,
  handle: (call) => {
    const { state, site, body, now } = call;
    requireSubscription(call);
    const role_codes = roleCodesOf(site, body.role_ids);
    const account = accountFor(state, body);
    if (state.siteUsers.ofAccount(site.id, account.id)) throw guessed.emailInUse();
    const alias = body.alias ?? `${body.first_name} ${body.last_name}`.trim();
    const user = addSiteUser(call, account, { ...ownFields(body), alias, role_codes });
    state.mails.send({ to: account.email, kind: 'invitation', site_id: site.id }, now);
    return json(201, userView(state, user, now));
  },
});

function accountFor(state: State, { email, first_name, last_name }: Body): Account {
  const known = email === undefined ? undefined : state.accounts.byEmail(email);
  return known ?? state.accounts.put({ id: randomUUID(), email: email ?? null, first_name, last_name, password: null });
}

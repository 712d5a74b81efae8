import type { z } from 'zod';
import { json } from '../../http/answer.ts';
import { guessed } from '../../http/errors.ts';
import type { Account } from '../../state/accounts.ts';
import type { State } from '../../state/state.ts';
import { siteRoute } from '../api-route.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { findUserToChange } from './find-user.ts';
import { ownFields, roleCodesOf, userFieldsSchema } from './user-body.ts';
import { userView } from './user-view.ts';

type Body = z.infer<typeof userFieldsSchema>;

/** Changes what is sent. That names and e-mail can be changed here, and change the account, is a guess. */
export const updateUser = siteRoute<Body>({
  method: 'PATCH',
  path: '/v1.2/sites/:site/users/:user',
  body: userFieldsSchema,
  handle: (call) => {
    const { state, site, body, now } = call;
    requireSubscription(call);
    const user = findUserToChange(call);
    const { role_ids, first_name, last_name, email } = body;
    const role_codes = role_ids && roleCodesOf(site, role_ids);
    updateAccount(state, user.user_id, { first_name, last_name, email });
    Object.assign(user, ownFields(body), role_codes && { role_codes });
    return json(200, userView(state, user, now));
  },
});

function updateAccount(state: State, id: string, change: Partial<Account>): void {
  const account = state.accounts.get(id);
  const holder = change.email ? state.accounts.byEmail(change.email) : undefined;
  if (holder && holder.id !== id) throw guessed.emailInUse();
  if (account) state.accounts.put({ ...account, ...withoutUndefined(change) });
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}

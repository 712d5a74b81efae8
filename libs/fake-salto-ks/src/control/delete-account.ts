import { empty } from '../http/answer.ts';
import { leaveSite } from '../state/leave-site.ts';
import { controlRoute, unknownThing } from './control-route.ts';

/**
 * Somebody deletes their whole Salto profile: it goes from every site, with memberships, phones and consents, and its
 * entries no longer say who it was (documented). Its access tokens are worth nothing from now on.
 */
export const deleteAccount = controlRoute({
  method: 'DELETE',
  path: '/_fake/accounts/:account',
  handle: ({ world: { state, now }, param }) => {
    const account = state.accounts.get(param('account'));
    if (!account) throw unknownThing('account');
    for (const user of state.siteUsers.all().filter(({ user_id }) => user_id === account.id)) {
      leaveSite(state, user, now());
      state.siteUsers.delete(user.id);
    }
    for (const device of state.devices.all()) if (device.account_id === account.id) state.devices.delete(device.id);
    state.iqActivations.deleteOf(account.id);
    state.entries.anonymize(account.id);
    state.identityRecords.deleteWhere(({ payload }) => payload.accountId === account.id);
    state.accounts.delete(account.id);
    return empty(204);
  },
});

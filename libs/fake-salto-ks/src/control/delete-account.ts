import { empty } from '../http/answer.ts';
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
    const reachesLockAt = now() + state.settings.lock_spread_seconds * 1000;
    for (const group of state.accessGroups.all()) group.setMember(account.id, false, reachesLockAt);
    for (const user of state.siteUsers.all()) if (user.user_id === account.id) state.siteUsers.delete(user.id);
    for (const device of state.devices.all()) if (device.account_id === account.id) state.devices.delete(device.id);
    state.iqActivations.deleteOf(account.id);
    state.entries.anonymize(account.id);
    state.identityRecords.deleteWhere(({ payload }) => payload.accountId === account.id);
    state.accounts.delete(account.id);
    return empty(204);
  },
});

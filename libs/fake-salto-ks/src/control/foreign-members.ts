import { empty } from '../http/answer.ts';
import { controlRoute, unknownThing } from './control-route.ts';

/** Somebody in Salto's dashboard, or another integration, puts a person (platform id) into a group. */
export const addForeignMember = changeByHand('POST', true);

/** … or takes one out, whoever put them there. */
export const removeForeignMember = changeByHand('DELETE', false);

function changeByHand(method: 'POST' | 'DELETE', isMember: boolean) {
  return controlRoute({
    method,
    path: '/_fake/foreign/access_groups/:group/users/:user',
    handle: ({ world: { state, now }, param }) => {
      const group = state.accessGroups.get(param('group'));
      const user = group && state.siteUsers.ofAccount(group.site_id, param('user'));
      if (!group || !user) throw unknownThing(group ? 'user on this site' : 'access group');
      group.setMember(user.user_id, isMember, now() + state.settings.lock_spread_seconds * 1000);
      return empty(204);
    },
  });
}

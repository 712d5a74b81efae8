import { empty } from '../../http/answer.ts';
import { guessed } from '../../http/errors.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';
import { siteRoute } from '../api-route.ts';
import { changeMember, findMember } from './change-member.ts';

/** Takes somebody out of a group, by platform id. 204 is a guess after the deletion of groups. */
export const removeGroupUser = siteRoute({
  method: 'DELETE',
  path: '/v1.2/sites/:site/access_groups/:group/users/:user',
  handle: (call) => {
    findAccessGroup(call);
    const { user_id } = findMember(call, call.param('user'));
    const hasChanged = changeMember(call, user_id, false);
    if (!hasChanged && call.state.settings.repeated_member_change === 'fails') throw guessed.notMember();
    return empty(204);
  },
});

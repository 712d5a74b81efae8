import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { guessed, measured } from '../../http/errors.ts';
import { siteRoute } from '../api-route.ts';
import { hasSpread } from '../users/user-view.ts';
import { changeMember, findMember } from './change-member.ts';
import { findAccessGroup } from '../access-groups/find-access-group.ts';

/** Puts somebody into a group, by platform id. A user that has not spread yet is "not found" (measured). */
export const addGroupUser = siteRoute({
  method: 'POST',
  path: '/v1.2/sites/:site/access_groups/:group/users',
  body: z.object({ user_id: z.string().min(1) }),
  handle: (call) => {
    const { state, body, now } = call;
    findAccessGroup(call);
    const user = findMember(call, body.user_id);
    if (!hasSpread(state, user, now)) throw measured.userNotFound();
    const hasChanged = changeMember(call, user.user_id, true);
    if (!hasChanged && state.settings.repeated_member_change === 'fails') throw guessed.alreadyMember();
    return json(200, { user_id: user.user_id });
  },
});

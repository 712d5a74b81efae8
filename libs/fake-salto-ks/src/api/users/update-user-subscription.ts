import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { measured } from '../../http/errors.ts';
import { siteRoute } from '../api-route.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { findUserToChange } from './find-user.ts';
import { userView } from './user-view.ts';

/** Takes or frees the user's seat. On a full site the user stays suspended without an error (a guess after 201). */
export const updateUserSubscription = siteRoute({
  method: 'PATCH',
  path: '/v1.2/sites/:site/users/:user/subscription',
  body: z.object({ state: z.enum(['subscribed', 'suspended']).optional() }),
  handle: (call) => {
    const { state, site, body, now } = call;
    // Measured: `subscription_state` instead of `state` is 1101, where a missing field usually is 1100.
    if (!body.state) throw measured.validation('state is required');
    requireSubscription(call);
    const user = findUserToChange(call);
    const isFull = state.siteUsers.seatsTaken(site.id) >= site.user_amount;
    if (body.state === 'suspended' || !isFull) user.subscription_state = body.state;
    return json(200, userView(state, user, now));
  },
});

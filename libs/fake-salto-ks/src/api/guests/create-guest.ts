import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { addSiteUser } from '../users/add-site-user.ts';
import { expirySchema } from '../users/user-body.ts';
import { userView } from '../users/user-view.ts';

/**
 * Makes a guest: a user without an e-mail and so without a mail, whose PIN is not taken until `use_pin` is switched on.
 * It takes a seat like everybody, also after `expires_at`, and on a full site it is 201 and `suspended` (all measured).
 */
export const createGuest = siteRoute({
  method: 'POST',
  path: '/v1.2/sites/:site/guests',
  body: z.object({ alias: z.string().min(1), expires_at: expirySchema.optional() }),
  handle: (call) => {
    const { state, body, now } = call;
    requireSubscription(call);
    const account = { id: randomUUID(), email: null, first_name: body.alias, last_name: '', password: null };
    const chosen = { alias: body.alias, expires_at: body.expires_at ?? null, role_codes: ['site_guest' as const] };
    const guest = addSiteUser(call, state.accounts.put(account), chosen);
    return json(201, userView(state, guest, now));
  },
});

import { z } from 'zod';
import { siteRoute } from '../api-route.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { findUserToChange } from '../users/find-user.ts';
import { expirySchema } from '../users/user-body.ts';
import { freeCode, givePin, pinAnswer } from './give-pin.ts';

export const pinBodySchema = z.object({ expiry_date: expirySchema.optional() });

/**
 * Makes a new PIN of six digits, which may begin with zeros. Calling again rotates it; it cannot be read back. 403 2203
 * until the user has spread. A suspended user gets one too, which opens nothing (all measured).
 */
export const setPin = siteRoute({
  method: 'PUT',
  path: '/v1.2/sites/:site/users/:user/pin',
  body: pinBodySchema,
  handle: (call) => {
    requireSubscription(call);
    const user = findUserToChange(call);
    const code = freeCode(call);
    givePin(call, user, code, call.body.expiry_date ?? null);
    return pinAnswer(call, code);
  },
});

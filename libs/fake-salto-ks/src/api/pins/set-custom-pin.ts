import { z } from 'zod';
import { guessed, measured } from '../../http/errors.ts';
import { siteRoute } from '../api-route.ts';
import { requireSubscription } from '../sites/require-subscription.ts';
import { findUserToChange } from '../users/find-user.ts';
import { givePin, isTaken, pinAnswer } from './give-pin.ts';
import { pinBodySchema } from './set-pin.ts';

const bodySchema = pinBodySchema.extend({ pin: z.string().regex(/^\d{6}$/, 'must be 6 digits') });

/**
 * A PIN of one's own choice, where the site has the feature `custom_pin` (measured that it is needed). The body, the
 * refusal without the feature, and that nobody else on the site may have the PIN are guesses.
 */
export const setCustomPin = siteRoute<z.infer<typeof bodySchema>>({
  method: 'PUT',
  path: '/v1.2/sites/:site/users/:user/pin/custom',
  body: bodySchema,
  handle: (call) => {
    const { site, body } = call;
    requireSubscription(call);
    if (!site.features.includes('custom_pin')) throw guessed.featureMissing('custom_pin');
    const user = findUserToChange(call);
    if (user.pin?.code !== body.pin && isTaken(call, body.pin)) throw measured.validation('pin is already in use');
    givePin(call, user, body.pin, body.expiry_date ?? null);
    return pinAnswer(call, body.pin);
  },
});

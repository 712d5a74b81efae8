import { z } from 'zod';
import { empty } from '../../http/answer.ts';
import { measured } from '../../http/errors.ts';
import { siteRoute } from '../api-route.ts';
import { findActivation } from './activation.ts';
import { requireOtp } from './require-otp.ts';

/**
 * Third step to remote opening: activates, and changes the PIN by `new = old − delta`, digit by digit. `delta: "0000"`
 * changes nothing and only checks the code. After a real delta the IQ refuses codes that this call accepts (measured).
 */
export const changeIqPin = siteRoute({
  method: 'PUT',
  path: '/v1.2/sites/:site/iqs/:iq/pin',
  anyUser: true,
  body: z.object({ otp: z.string().min(1), delta: z.string().regex(/^\d{4}$/, 'must be 4 digits') }),
  handle: (call) => {
    const { state, body, now } = call;
    const activation = findActivation(call);
    if (!activation || activation.pin === null) throw measured.pinOfAccessorNotFound();
    requireOtp({ state, activation, pin: activation.pin, command: 'change_pin', otp: body.otp, now });
    activation.pin = minus(activation.pin, body.delta);
    if (body.delta !== '0000') activation.pin_at_iq = null;
    activation.activated_at ??= now;
    return empty(204);
  },
});

function minus(pin: string, delta: string): string {
  return [...pin].map((digit, at) => (Number(digit) + 10 - Number(delta[at])) % 10).join('');
}

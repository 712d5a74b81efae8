import { randomInt } from 'node:crypto';
import { empty } from '../../http/answer.ts';
import { guessed, measured } from '../../http/errors.ts';
import { siteRoute } from '../api-route.ts';
import { findActivation } from './activation.ts';

/**
 * Second step to remote opening: 204, and a PIN of four digits goes to the caller by mail (`GET /_fake/mails` here).
 * Refused once activated (measured). Without `send_email=true` nothing can be read (a guess).
 */
export const mailIqPin = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/iqs/:iq/pin',
  anyUser: true,
  handle: (call) => {
    const { incoming, state, site, caller, now } = call;
    const activation = findActivation(call);
    if (!activation) throw measured.pinOfAccessorNotFound();
    if (activation.activated_at !== null) throw guessed.commandForbidden();
    if (incoming.query.get('send_email') !== 'true') throw measured.invalidParameter('send_email is required');
    const pin = String(randomInt(10_000)).padStart(4, '0');
    Object.assign(activation, { pin, pin_at_iq: pin });
    state.mails.send({ to: caller.email, kind: 'iq_pin', site_id: site.id, pin }, now);
    incoming.world.changes.tell();
    return empty(204);
  },
});

import { randomBytes } from 'node:crypto';
import { json } from '../../http/answer.ts';
import { measured } from '../../http/errors.ts';
import { activationId } from '../../state/iqs.ts';
import { siteRoute } from '../api-route.ts';
import { findIq } from './iq-view.ts';

/**
 * First step to remote opening: the caller's own secret at the IQ, without a code, until it is activated; afterwards
 * 403 2203 for ever (measured). Salto's answer holds the secret; in which field is a guess.
 */
export const getIqSecret = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/iqs/:iq/secret',
  anyUser: true,
  handle: (call) => {
    const { incoming, state, caller } = call;
    const iq = findIq(call);
    const id = activationId(iq.id, caller.id);
    const known = state.iqActivations.get(id);
    if (known && known.activated_at !== null) throw measured.secretAlreadyUsed();
    const secret = known?.secret ?? randomBytes(8).toString('hex').toUpperCase();
    const blank = { pin: null, pin_at_iq: null, activated_at: null, failures: {} };
    if (!known) state.iqActivations.put({ ...blank, id, iq_id: iq.id, account_id: caller.id, secret });
    incoming.world.changes.tell();
    return json(200, { secret });
  },
});

import { randomBytes } from 'node:crypto';
import { json } from '../../http/answer.ts';
import { guessed } from '../../http/errors.ts';
import { accountRoute } from '../api-route.ts';
import { findOwnDevice } from './device-view.ts';

/**
 * A fresh mobile key for the caller's phone, which locks know as the caller's; it replaces the one before. Here it is
 * random: the real one is read by Salto's SDK only. That it needs the phone's public key first is a guess.
 */
export const getMkey = accountRoute({
  method: 'GET',
  path: '/v1.2/me/devices/:device/mkey',
  handle: (call) => {
    const device = findOwnDevice(call);
    if (device.public_key === null) throw guessed.notFound('Certificate');
    device.mkey_data = randomBytes(96).toString('base64');
    call.incoming.world.changes.tell();
    return json(200, { mkey_data: device.mkey_data });
  },
});

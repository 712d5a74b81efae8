import { createPublicKey } from 'node:crypto';
import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { measured } from '../../http/errors.ts';
import { accountRoute } from '../api-route.ts';
import { deviceView, findOwnDevice } from './device-view.ts';

/**
 * Gives the phone's public key (base64 of its DER form, line breaks allowed) to Salto. A new key makes the former mobile
 * key worthless. That the key is checked, and the answer, are guesses.
 */
export const setCertificate = accountRoute({
  method: 'PUT',
  path: '/v1.2/me/devices/:device/certificate',
  body: z.object({ public_key: z.string().min(1) }),
  handle: (call) => {
    const device = findOwnDevice(call);
    const public_key = call.body.public_key.replaceAll(/\s/g, '');
    if (!isPublicKey(public_key)) throw measured.validation('public_key is not a public key');
    Object.assign(device, { public_key, mkey_data: null });
    return json(200, deviceView(device));
  },
});

function isPublicKey(base64: string): boolean {
  try {
    createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return true;
  } catch {
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { json } from '../../http/answer.ts';
import { accountRoute } from '../api-route.ts';
import { deviceView } from './device-view.ts';

/**
 * Registers a phone of the caller. That this is the call, its body and its 201 are guesses: public clients only say that
 * a device can be made. The same `device_uid` again is the same device (a guess, too).
 */
export const registerDevice = accountRoute({
  method: 'POST',
  path: '/v1.2/me/devices',
  body: z.object({ device_uid: z.string().min(1), device_name: z.string().min(1).optional() }),
  handle: ({ state, caller, body }) => {
    const { device_uid, device_name = 'Phone' } = body;
    const known = state.devices
      .all()
      .find((device) => device.account_id === caller.id && device.device_uid === device_uid);
    if (known) return json(200, deviceView(known));
    const device = { id: randomUUID(), account_id: caller.id, device_uid, device_name };
    return json(201, deviceView(state.devices.put({ ...device, public_key: null, mkey_data: null })));
  },
});

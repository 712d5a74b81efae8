import { z } from 'zod';
import { keepWhoHasAccess } from '../door/going-off-line.ts';
import { json } from '../http/answer.ts';
import { controlRoute, unknownThing } from './control-route.ts';

const bodySchema = z.strictObject({ online: z.boolean(), otp_enabled: z.boolean() }).partial();

/** Takes an IQ, and with it its locks, off line or back; switches its one-time codes. */
export const changeIq = controlRoute({
  method: 'PATCH',
  path: '/_fake/iqs/:iq',
  body: bodySchema,
  handle: ({ world, body, param }) => {
    const iq = world.state.iqs.get(param('iq'));
    if (!iq) throw unknownThing('IQ');
    for (const lock of world.state.locks.all()) {
      if (lock.iq_id === iq.id) keepWhoHasAccess(world.state, lock, world.now());
    }
    return json(200, world.state.iqs.put({ ...iq, ...body }));
  },
});

import { z } from 'zod';
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
    return json(200, world.state.iqs.put({ ...iq, ...body }));
  },
});

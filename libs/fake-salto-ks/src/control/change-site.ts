import { z } from 'zod';
import { isTimeZone } from '../door/local-time.ts';
import { json } from '../http/answer.ts';
import { controlRoute, unknownThing } from './control-route.ts';

const bodySchema = z
  .strictObject({
    user_amount: z.number().int().nonnegative(),
    subscription_valid: z.boolean(),
    features: z.array(z.string()),
    time_zone: z.string().refine(isTimeZone, 'must be an IANA time zone'),
  })
  .partial();

/** Changes what only Salto or the installer can: seats, the site's subscription and features, its zone. */
export const changeSite = controlRoute({
  method: 'PATCH',
  path: '/_fake/sites/:site',
  body: bodySchema,
  handle: ({ world, body, param }) => {
    const site = world.state.sites.get(param('site'));
    if (!site) throw unknownThing('site');
    return json(200, world.state.sites.put({ ...site, ...body }));
  },
});

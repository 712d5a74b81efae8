import { z } from 'zod';
import { empty, json } from '../../http/answer.ts';
import type { SiteUser } from '../../state/site-users.ts';
import { roleCodes } from '../../state/sites.ts';
import { leaveSite } from '../../state/leave-site.ts';
import type { World } from '../../world.ts';
import { badControl, controlRoute, unknownThing } from '../control-route.ts';

const bodySchema = z
  .strictObject({
    alias: z.string(),
    blocked: z.boolean(),
    subscription_state: z.enum(['subscribed', 'suspended']),
    expires_at: z.iso.datetime({ offset: true }).nullable(),
    /** `site_user` takes an administrator's rights away. */
    role: z.enum(roleCodes),
    first_name: z.string(),
    last_name: z.string(),
    email: z.email().nullable(),
  })
  .partial();

/** Somebody in Salto's dashboard blocks, suspends or renames a user (by site-user id), or changes their role. */
export const changeUserByHand = controlRoute({
  method: 'PATCH',
  path: '/_fake/users/:user',
  body: bodySchema,
  handle: ({ world, body, param }) => {
    const { role, first_name, last_name, email, ...rest } = body;
    const user = userOf(world, param('user'));
    const account = world.state.accounts.get(user.user_id);
    const owner = email ? world.state.accounts.byEmail(email) : undefined;
    if (owner && owner !== account) throw badControl('another account has this e-mail');
    if (body.subscription_state === 'subscribed') requireSeat(world, user);
    const named = definedOf({ first_name, last_name, email });
    if (account) world.state.accounts.put({ ...account, ...named });
    return json(200, Object.assign(user, definedOf(rest), role === undefined ? {} : { role_codes: [role] }));
  },
});

/** … or deletes one from the site. */
export const deleteUserByHand = controlRoute({
  method: 'DELETE',
  path: '/_fake/users/:user',
  handle: ({ world, param }) => {
    leaveSite(world.state, userOf(world, param('user')), world.now());
    return empty(204);
  },
});

/** Nobody gets a seat that is not there, whoever gives it. */
function requireSeat({ state }: World, { site_id, subscription_state }: SiteUser): void {
  const isFull = state.siteUsers.seatsTaken(site_id) >= (state.sites.get(site_id)?.user_amount ?? 0);
  if (isFull && subscription_state === 'suspended') throw badControl('no seat is left on this site');
}

function userOf({ state }: World, id: string): SiteUser {
  const user = state.siteUsers.get(id);
  if (!user || user.deleted_at !== null) throw unknownThing('site user');
  return user;
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that are undefined, which would overwrite. */
function definedOf<T extends object>(given: T): Defined<T> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Defined<T>;
}

import { z } from 'zod';
import { scheduleFrom, scheduleSchema } from './api/time-schedules/schedule-body.ts';
import { isTimeZone } from './door/local-time.ts';
import { settingsSchema } from './settings.ts';
import { AccessGroup } from './state/access-groups.ts';
import { roleCodes, usualFeatures, type Role, type Site } from './state/sites.ts';
import type { State } from './state/state.ts';
import { uuidFrom } from './state/uuid-from.ts';

const id = z.uuid();

const clientSchema = z.strictObject({
  id: z.string().min(1),
  secret: z.string().min(1).nullable().default(null),
  redirect_uris: z.array(z.url()).nullable().default(null),
});

const accountSchema = z.strictObject({
  id,
  email: z.email().nullable(),
  first_name: z.string(),
  last_name: z.string(),
  password: z.string().min(1).nullable().default(null),
});

const siteUserSchema = z.strictObject({
  id: id.optional(),
  /** The account (platform user). */
  user_id: id,
  role: z.enum(roleCodes).default('site_user'),
  alias: z.string().optional(),
});

const accessGroupSchema = z.strictObject({
  id,
  customer_reference: z.string().min(1),
  lock_ids: z.array(id).default([]),
  time_schedules: z.array(scheduleSchema).default([]),
  /** Platform ids of its members. */
  user_ids: z.array(id).default([]),
});

const siteSchema = z.strictObject({
  id,
  site_uid: z.string().min(1),
  customer_reference: z.string().min(1),
  time_zone: z.string().refine(isTimeZone, 'must be an IANA time zone'),
  /** Seats. */
  user_amount: z.number().int().nonnegative(),
  subscription_valid: z.boolean().default(true),
  features: z.array(z.string()).default([...usualFeatures]),
  users: z.array(siteUserSchema).default([]),
  locks: z.array(z.strictObject({ id, customer_reference: z.string().min(1), online: z.boolean().default(true) })),
  access_groups: z.array(accessGroupSchema).default([]),
});

/** A world to begin with. Ids are the seeder's, so that a demo can refer to them. */
export const seedSchema = z.strictObject({
  settings: settingsSchema.partial().optional(),
  clients: z.array(clientSchema).default([]),
  accounts: z.array(accountSchema).default([]),
  sites: z.array(siteSchema).default([]),
});

/** A seed as one writes it. */
export type SeedInput = z.input<typeof seedSchema>;
export type Seed = z.output<typeof seedSchema>;
type SiteSeed = Seed['sites'][number];

/** Adds what a seed names and is not there yet, and never changes what is, but for the settings that it names. */
export function applySeed(state: State, seed: Seed, now: number): void {
  state.settings = { ...state.settings, ...seed.settings };
  for (const client of seed.clients) if (!state.clients.get(client.id)) state.clients.put(client);
  for (const account of seed.accounts) if (!state.accounts.get(account.id)) state.accounts.put(account);
  for (const site of seed.sites) seedSite(state, site, now);
}

function seedSite(state: State, seed: SiteSeed, now: number): void {
  const { id, site_uid, customer_reference, time_zone, user_amount, subscription_valid, features } = seed;
  const site: Site = {
    id,
    site_uid,
    customer_reference,
    time_zone,
    user_amount,
    subscription_valid,
    features,
    roles: rolesOf(id),
  };
  if (!state.sites.get(id)) state.sites.put(site);
  for (const user of seed.users) seedUser(state, id, user, now);
  for (const lock of seed.locks) {
    if (!state.locks.get(lock.id)) state.locks.put({ ...lock, site_id: id, lock_type: 'wall_reader_pin' });
  }
  for (const group of seed.access_groups) if (!state.accessGroups.get(group.id)) seedGroup(state, id, group);
}

function seedUser(state: State, siteId: string, seed: SiteSeed['users'][number], now: number): void {
  const account = state.accounts.get(seed.user_id);
  if (!account || state.siteUsers.ofAccount(siteId, account.id)) return;
  state.siteUsers.put({
    id: seed.id ?? uuidFrom(`${siteId} ${account.id}`),
    site_id: siteId,
    user_id: account.id,
    alias: seed.alias ?? `${account.first_name} ${account.last_name}`,
    role_codes: [seed.role],
    subscription_state: 'subscribed',
    use_pin: false,
    remote_access: false,
    blocked: false,
    expires_at: null,
    created_at: now - 3_600_000, // long enough ago to have spread, whatever the setting
    deleted_at: null,
  });
}

function seedGroup(state: State, siteId: string, seed: SiteSeed['access_groups'][number]): void {
  const schedules = seed.time_schedules.map((body, at) => scheduleFrom(body, uuidFrom(`${seed.id} schedule ${at}`)));
  const user_ids_at_lock = seed.user_ids;
  const rest = { site_id: siteId, time_schedules: schedules, user_ids_at_lock, pending: [] };
  state.accessGroups.put(new AccessGroup({ ...seed, ...rest }));
}

/** Role ids differ per site, but are the same whenever the same site is seeded. */
function rolesOf(siteId: string): Role[] {
  const names = { site_admin: 'Site Admin', site_user: 'Site User', site_guest: 'Site Guest' };
  return roleCodes.map((code) => ({ id: uuidFrom(`${siteId} ${code}`), customer_reference: names[code], code }));
}

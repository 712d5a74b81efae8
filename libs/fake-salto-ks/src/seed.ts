import { z } from 'zod';
import { scheduleFrom, scheduleSchema } from './api/time-schedules/schedule-body.ts';
import { isTimeZone } from './door/local-time.ts';
import { settingsSchema } from './settings.ts';
import { AccessGroup } from './state/access-groups.ts';
import { roleCodes, siteDefaults, type Role, type RoleCode } from './state/sites.ts';
import { siteUserDefaults } from './state/site-users.ts';
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
  /** Whether it may open doors remotely; an administrator may. */
  remote_access: z.boolean().optional(),
  use_pin: z.boolean().default(false),
});

const lockSchema = z.strictObject({
  id,
  customer_reference: z.string().min(1),
  lock_type: z.string().min(1).default('wall_reader_pin'),
  online: z.boolean().default(true),
  iq_id: id.nullable().default(null),
});

const iqSchema = z.strictObject({
  id,
  customer_reference: z.string().min(1),
  online: z.boolean().default(true),
  otp_enabled: z.boolean().default(true),
});

const deviceSchema = z.strictObject({
  id,
  account_id: id,
  device_uid: z.string().min(1),
  device_name: z.string().min(1),
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
  subscription_valid: z.boolean().default(siteDefaults.subscription_valid),
  subscription_type: z.string().min(1).default(siteDefaults.subscription_type),
  features: z.array(z.string()).default(siteDefaults.features),
  pin_enabled: z.boolean().default(siteDefaults.pin_enabled),
  installation_state: z.string().min(1).default(siteDefaults.installation_state),
  mkey_compatible: z.boolean().default(siteDefaults.mkey_compatible),
  users: z.array(siteUserSchema).default([]),
  iqs: z.array(iqSchema).default([]),
  locks: z.array(lockSchema),
  access_groups: z.array(accessGroupSchema).default([]),
});

/** A world to begin with. Ids are the seeder's, so that a demo can refer to them. */
export const seedSchema = z.strictObject({
  settings: settingsSchema.partial().optional(),
  clients: z.array(clientSchema).default([]),
  accounts: z.array(accountSchema).default([]),
  devices: z.array(deviceSchema).default([]),
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
  for (const device of seed.devices) {
    if (!state.devices.get(device.id)) state.devices.put({ ...device, public_key: null, mkey_data: null });
  }
  for (const site of seed.sites) seedSite(state, site, now);
}

function seedSite(state: State, seed: SiteSeed, now: number): void {
  const { users, iqs, locks, access_groups, ...site } = seed;
  if (!state.sites.get(site.id)) state.sites.put({ ...site, roles: rolesOf(site.id) });
  for (const user of users) seedUser(state, site.id, user, now);
  for (const iq of iqs) if (!state.iqs.get(iq.id)) state.iqs.put({ ...iq, site_id: site.id });
  for (const lock of locks) {
    if (!state.locks.get(lock.id)) state.locks.put({ ...lock, site_id: site.id, unlocked_until: null });
  }
  for (const group of access_groups) if (!state.accessGroups.get(group.id)) seedGroup(state, site.id, group);
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
    ...siteUserDefaults,
    use_pin: seed.use_pin,
    remote_access: seed.remote_access ?? seed.role === 'site_admin',
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
  return roleCodes.map((code) => ({ id: uuidFrom(`${siteId} ${code}`), customer_reference: nameOf(code), code }));
}

/** "Site Admin" for `site_admin`. */
function nameOf(code: RoleCode): string {
  return code.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => ` ${letter.toUpperCase()}`).trim();
}

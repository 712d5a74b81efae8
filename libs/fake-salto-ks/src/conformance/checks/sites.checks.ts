import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { fieldsOf, itemsOf, listShape, listShapes, objectOf, outcome, type JsonObject } from '../seen.ts';

const siteFields = [
  ...['id', 'site_uid', 'customer_reference', 'time_zone', 'active_user_amount', 'subscribed_user_amount'],
  ...['subscription_valid', 'pin_enabled', 'installation_state', 'store_events_ttl', 'mkey_compatible'],
];
const lockFields = ['id', 'customer_reference', 'lock_type', 'online', 'locked_state', 'battery_level', 'privacy_mode'];
const iqFields = ['online', 'state', 'otp_enabled', 'data_sync_state'];
const roleCodes = ['site_admin', 'site_user', 'site_guest'];
const nowhere = '00000000-0000-4000-8000-000000000000';

/** Our site as the list of sites shows it. */
export async function ownSite({ session }: Lab): Promise<JsonObject> {
  const sites = itemsOf(await session.api('/v1.2/sites'));
  return objectOf(sites?.find(({ id }) => id === session.target.siteId));
}

export const siteChecks: CheckGroup = {
  title: 'Sites, roles, locks and IQs',
  checks: [
    must({
      id: 'sites.list',
      fact: 'M',
      says: 'Sites come as a bare array or in an envelope.',
      expected: listShapes,
      see: async ({ session }) => listShape(await session.api('/v1.2/sites')),
    }),
    must({
      id: 'sites.fields',
      fact: 'M',
      says: 'A site says its zone, its seats and those that are taken.',
      expected: siteFields.join(', '),
      see: async (lab) => fieldsOf(await ownSite(lab), siteFields),
    }),
    must({
      id: 'sites.readable-uid',
      fact: 'M',
      says: 'The readable site_uid in place of the UUID is 400 1100.',
      expected: '400 1100',
      see: async (lab) => {
        const { site_uid } = await ownSite(lab);
        return outcome(await lab.session.api(`/v1.2/sites/${String(site_uid)}/users`));
      },
    }),
    observe({
      id: 'sites.unknown',
      says: 'What is the answer about a site that does not exist?',
      guess: '404 2200',
      see: async ({ session }) => outcome(await session.api(`/v1.2/sites/${nowhere}/users`)),
    }),
    must({
      id: 'sites.subscription',
      fact: 'M',
      says: 'The subscription of a site names its seats and features.',
      expected: 'user_amount, type, features',
      see: async (lab) => fieldsOf((await lab.get('subscription')).body, ['user_amount', 'type', 'features']),
    }),
    must({
      id: 'sites.roles',
      fact: 'M',
      says: 'A site has roles of its own ids, by code.',
      expected: roleCodes.join(', '),
      see: async (lab) => {
        const codes = (await lab.list('roles')).map(({ code }) => code);
        return roleCodes.filter((code) => codes.includes(code)).join(', ');
      },
    }),
    must({
      id: 'sites.locks',
      fact: 'M',
      says: 'A lock says its type and whether it is online.',
      expected: lockFields.join(', '),
      see: async (lab) => fieldsOf(lab.need((await lab.list('locks'))[0], 'a lock on the site'), lockFields),
    }),
    must({
      id: 'sites.locks.no-site',
      fact: 'M',
      says: 'Nothing in a lock says of which site it is.',
      expected: 'none of these fields',
      see: async (lab) => fieldsOf(lab.need((await lab.list('locks'))[0], 'a lock on the site'), ['site_id', 'site']),
    }),
    must({
      id: 'sites.iqs',
      fact: 'M',
      says: 'An IQ says whether it is online, and whether it wants one-time codes.',
      expected: iqFields.join(', '),
      see: async (lab) => fieldsOf(lab.need((await lab.list('iqs'))[0], 'an IQ on the site'), iqFields),
    }),
  ],
};

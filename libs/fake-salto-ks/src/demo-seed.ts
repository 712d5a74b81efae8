import type { SeedInput } from './seed.ts';

/** Fixed ids of the demo, so that other programs can name them. Everything is made up. */
export const demo = {
  client: { id: 'latchkey-demo', secret: 'latchkey-demo-secret' },
  /** A public client, for a phone: code with PKCE, no secret. */
  phoneClient: { id: 'latchkey-phone-demo' },
  /** Administers Paris, New York and the lab. */
  administrator: {
    id: '5a170000-0000-4000-8000-000000000001',
    email: 'doors@latchkey.example',
    password: 'doors',
  },
  /** Administers Lyon only. */
  lyonAdministrator: {
    id: '5a170000-0000-4000-8000-000000000002',
    email: 'lyon@latchkey.example',
    password: 'lyon',
  },
  /** Somebody who only opens doors, in Lyon. */
  member: {
    id: '5a170000-0000-4000-8000-000000000003',
    email: 'key@latchkey.example',
    password: 'key',
    /** A phone that is registered, but has not sent its key yet. */
    device: '5a170000-0000-4000-8000-000000000050',
  },
  /** Has a Salto account and no site at all. */
  outsider: {
    id: '5a170000-0000-4000-8000-000000000004',
    email: 'nowhere@latchkey.example',
    password: 'nowhere',
  },
  paris: {
    id: '5a170000-0000-4000-8000-000000000010',
    iq: '5a170000-0000-4000-8000-000000000014',
    locks: {
      frontDoor: '5a170000-0000-4000-8000-000000000011',
      roomA: '5a170000-0000-4000-8000-000000000012',
      office1: '5a170000-0000-4000-8000-000000000013',
    },
    groups: {
      frontDoor: '5a170000-0000-4000-8000-000000000015',
      roomA: '5a170000-0000-4000-8000-000000000016',
      desks: '5a170000-0000-4000-8000-000000000017',
      office1: '5a170000-0000-4000-8000-000000000018',
      unscheduled: '5a170000-0000-4000-8000-000000000019',
    },
  },
  newYork: {
    id: '5a170000-0000-4000-8000-000000000020',
    iq: '5a170000-0000-4000-8000-000000000024',
    locks: {
      frontDoor: '5a170000-0000-4000-8000-000000000021',
      roomA: '5a170000-0000-4000-8000-000000000022',
      office1: '5a170000-0000-4000-8000-000000000023',
    },
    groups: {
      frontDoor: '5a170000-0000-4000-8000-000000000025',
      roomA: '5a170000-0000-4000-8000-000000000026',
      desks: '5a170000-0000-4000-8000-000000000027',
      office1: '5a170000-0000-4000-8000-000000000028',
      unscheduled: '5a170000-0000-4000-8000-000000000029',
    },
  },
  lab: {
    id: '5a170000-0000-4000-8000-000000000030',
    iq: '5a170000-0000-4000-8000-000000000034',
    locks: {
      frontDoor: '5a170000-0000-4000-8000-000000000031',
      roomA: '5a170000-0000-4000-8000-000000000032',
      office1: '5a170000-0000-4000-8000-000000000033',
    },
    groups: {
      frontDoor: '5a170000-0000-4000-8000-000000000035',
      roomA: '5a170000-0000-4000-8000-000000000036',
      desks: '5a170000-0000-4000-8000-000000000037',
      office1: '5a170000-0000-4000-8000-000000000038',
      unscheduled: '5a170000-0000-4000-8000-000000000039',
    },
  },
  lyon: {
    id: '5a170000-0000-4000-8000-000000000040',
    iq: '5a170000-0000-4000-8000-000000000044',
    locks: {
      frontDoor: '5a170000-0000-4000-8000-000000000041',
      roomA: '5a170000-0000-4000-8000-000000000042',
      office1: '5a170000-0000-4000-8000-000000000043',
    },
    groups: {
      frontDoor: '5a170000-0000-4000-8000-000000000045',
      roomA: '5a170000-0000-4000-8000-000000000046',
      desks: '5a170000-0000-4000-8000-000000000047',
      office1: '5a170000-0000-4000-8000-000000000048',
      unscheduled: '5a170000-0000-4000-8000-000000000049',
    },
  },
} as const;

const everyDay = {
  monday: true,
  tuesday: true,
  wednesday: true,
  thursday: true,
  friday: true,
  saturday: true,
  sunday: true,
};
const always = { ...everyDay, start_time: '00:00', end_time: '23:59' };
const officeHours = { ...everyDay, start_time: '09:00', end_time: '17:59' };

/**
 * Coworking sites with far more seats than a demo or a benchmark needs: three that one Salto account administers, and
 * one of another account.
 */
export function demoSeed(): SeedInput {
  const { administrator, lyonAdministrator, member, outsider, client, phoneClient } = demo;
  return {
    clients: [client, phoneClient],
    accounts: [
      { ...administrator, first_name: 'Dora', last_name: 'Doors' },
      { ...lyonAdministrator, first_name: 'Léo', last_name: 'Lyon' },
      { id: member.id, email: member.email, password: member.password, first_name: 'Kaya', last_name: 'Key' },
      { ...outsider, first_name: 'Nils', last_name: 'Nowhere' },
    ],
    devices: [{ id: member.device, account_id: member.id, device_uid: 'demo-phone', device_name: "Kaya's phone" }],
    sites: [
      demoSite(demo.paris, {
        site_uid: 'FR0000000001',
        customer_reference: 'Latchkey Paris',
        time_zone: 'Europe/Paris',
      }),
      demoSite(demo.newYork, {
        site_uid: 'US0000000001',
        customer_reference: 'Latchkey New York',
        time_zone: 'America/New_York',
      }),
      demoSite(demo.lab, {
        site_uid: 'FR0000000002',
        customer_reference: 'Latchkey Lab',
        time_zone: 'Europe/Paris',
      }),
      {
        ...demoSite(demo.lyon, {
          site_uid: 'FR0000000003',
          customer_reference: 'Latchkey Lyon',
          time_zone: 'Europe/Paris',
        }),
        users: [{ user_id: lyonAdministrator.id, role: 'site_admin' }, { user_id: member.id }],
      },
    ],
  };
}

type DemoSite = (typeof demo)['paris' | 'newYork' | 'lab' | 'lyon'];
type SiteInput = NonNullable<SeedInput['sites']>[number];

function demoSite(
  { id, iq, locks, groups }: DemoSite,
  named: Pick<SiteInput, 'site_uid' | 'customer_reference' | 'time_zone'>,
): SiteInput {
  const group = (groupId: string, customer_reference: string, lock_ids: string[], schedules = [always]) => ({
    id: groupId,
    customer_reference,
    lock_ids,
    time_schedules: schedules,
  });
  return {
    ...named,
    id,
    user_amount: 10_000,
    users: [{ user_id: demo.administrator.id, role: 'site_admin' }],
    iqs: [{ id: iq, customer_reference: 'IQ 01' }],
    locks: [
      { id: locks.frontDoor, customer_reference: 'Front door', iq_id: iq },
      { id: locks.roomA, customer_reference: 'Room A', iq_id: iq },
      { id: locks.office1, customer_reference: 'Office 1', iq_id: iq },
    ],
    access_groups: [
      group(groups.frontDoor, 'Front door 24/7', [locks.frontDoor]),
      group(groups.roomA, 'Front door and room A', [locks.frontDoor, locks.roomA]),
      group(groups.desks, 'Desks 9-18', [locks.frontDoor], [officeHours]),
      group(groups.office1, 'Front door and office 1', [locks.frontDoor, locks.office1]),
      group(groups.unscheduled, 'Cleaning (no schedule: opens nothing)', [locks.frontDoor], []),
    ],
  };
}

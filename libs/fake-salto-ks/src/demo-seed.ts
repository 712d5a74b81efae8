import type { SeedInput } from './seed.ts';

/** Fixed ids of the demo, so that other programs can name them. Everything is made up. */
export const demo = {
  client: { id: 'latchkey-demo', secret: 'latchkey-demo-secret' },
  /** A public client, for a phone: code with PKCE, no secret. */
  phoneClient: { id: 'latchkey-phone-demo' },
  /** Administers all sites. */
  administrator: {
    id: '5a170000-0000-4000-8000-000000000001',
    email: 'doors@latchkey.example',
    password: 'doors',
  },
  paris: {
    id: '5a170000-0000-4000-8000-000000000010',
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

/** Three coworking sites that one Salto account administers, with far more seats than a demo or a benchmark needs. */
export function demoSeed(): SeedInput {
  const { administrator, client, phoneClient } = demo;
  return {
    clients: [client, phoneClient],
    accounts: [{ ...administrator, first_name: 'Dora', last_name: 'Doors' }],
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
    ],
  };
}

type SiteInput = NonNullable<SeedInput['sites']>[number];

function demoSite(
  { id, locks, groups }: typeof demo.paris | typeof demo.newYork | typeof demo.lab,
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
    locks: [
      { id: locks.frontDoor, customer_reference: 'Front door' },
      { id: locks.roomA, customer_reference: 'Room A' },
      { id: locks.office1, customer_reference: 'Office 1' },
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

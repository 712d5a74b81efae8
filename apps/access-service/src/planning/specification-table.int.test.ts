import type { Entitlement } from '@latchkey/access-domain';
import { toInstant } from '@latchkey/access-domain/time-zone';
import { accessWorkflowId } from '@latchkey/access-workflows';
import type { GrantBody } from '@latchkey/contracts';
import { eventually, skipTime, type ApiClient } from '@latchkey/test-kit';
import { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { startWorkers } from '../testing/access-workers.ts';
import { askedOfDoors } from '../testing/asked-of-doors.ts';
import { tell } from '../testing/tellings.ts';

/*
 * The specification's table with everything real but Salto KS: events in, doors asked out, years ahead by the clocks of
 * workflows whose time is skipped. All rows play at once; each test then looks at its own.
 */

const [paris, newYork, cairo, azores] = [
  'Europe/Paris',
  'America/New_York',
  'Africa/Cairo',
  'Atlantic/Azores',
] as const;

interface Row {
  readonly what: string;
  readonly zone: string;
  /** Wall times of a booking's start and end, or the first and last day of a subscription. */
  readonly from: string;
  readonly to: string;
  /** When the member must come into the group, and out of it. */
  readonly opens: string;
  readonly closes: string;
}

const row = (what: string, zone: string, from: string, to: string, opens: string, closes: string): Row => ({
  what,
  zone,
  from,
  to,
  opens,
  closes,
});

/** The two bookings of the specification, on a day when clocks show the same offset from 9:00 to 16:30. */
const ofTheSpecification = (what: string, zone: string, day: string, offset: string) => [
  row(what, zone, `${day}T12:00`, `${day}T16:00`, `${day}T11:30${offset}`, `${day}T16:30${offset}`),
  row(what, zone, `${day}T09:30`, `${day}T11:30`, `${day}T09:00${offset}`, `${day}T12:00${offset}`),
];

const bookings = [
  ...ofTheSpecification('on a day in summer', paris, '2027-06-10', '+02:00'),
  ...ofTheSpecification('on a day in winter', paris, '2028-01-12', '+01:00'),
  ...ofTheSpecification('on a leap day', paris, '2028-02-29', '+01:00'),
  ...ofTheSpecification('on the change to summer time', paris, '2027-03-28', '+02:00'),
  ...ofTheSpecification('on the change to winter time', paris, '2027-10-31', '+01:00'),
  ...ofTheSpecification('on a day in summer', newYork, '2027-06-10', '-04:00'),
  ...ofTheSpecification('on a day in winter', newYork, '2028-01-12', '-05:00'),
  ...ofTheSpecification('on a leap day', newYork, '2028-02-29', '-05:00'),
  ...ofTheSpecification('on the change to summer time', newYork, '2027-03-14', '-04:00'),
  ...ofTheSpecification('on the change to winter time', newYork, '2027-11-07', '-05:00'),
  // prettier-ignore
  ...[
    row('across the skipped hour', paris, '2027-03-28T01:30', '2027-03-28T04:00', '2027-03-28T01:00+01:00', '2027-03-28T04:30+02:00'),
    row('from within the skipped hour', paris, '2027-03-28T02:30', '2027-03-28T05:00', '2027-03-28T03:00+02:00', '2027-03-28T05:30+02:00'),
    row('from just after the skipped hour', paris, '2027-03-28T03:15', '2027-03-28T05:00', '2027-03-28T01:45+01:00', '2027-03-28T05:30+02:00'),
    row('across the repeated hour', paris, '2027-10-31T01:30', '2027-10-31T03:30', '2027-10-31T01:00+02:00', '2027-10-31T04:00+01:00'),
    row('at a wall time that occurs twice', paris, '2027-10-31T02:30', '2027-10-31T02:30', '2027-10-31T02:00+02:00', '2027-10-31T03:00+01:00'),
    row('across the skipped hour', newYork, '2027-03-14T01:15', '2027-03-14T03:30', '2027-03-14T00:45-05:00', '2027-03-14T04:00-04:00'),
    row('from within the skipped hour', newYork, '2027-03-14T02:30', '2027-03-14T05:00', '2027-03-14T03:00-04:00', '2027-03-14T05:30-04:00'),
    row('across the repeated hour', newYork, '2027-11-07T00:45', '2027-11-07T02:00', '2027-11-07T00:15-04:00', '2027-11-07T02:30-05:00'),
    row('at a wall time that occurs twice', newYork, '2027-11-07T01:30', '2027-11-07T01:30', '2027-11-07T01:00-04:00', '2027-11-07T02:00-05:00'),
  ],
];

// prettier-ignore
const subscriptions = [
  row('across the change to summer time', newYork, '2027-03-01', '2027-03-31', '2027-03-01T00:00-05:00', '2027-04-01T00:00-04:00'),
  row('across the change to winter time', newYork, '2027-11-01', '2027-11-30', '2027-11-01T00:00-04:00', '2027-12-01T00:00-05:00'),
  row('across the change to summer time', paris, '2027-03-01', '2027-03-31', '2027-03-01T00:00+01:00', '2027-04-01T00:00+02:00'),
  row('on the change to winter time', paris, '2027-10-31', '2027-10-31', '2027-10-31T00:00+02:00', '2027-11-01T00:00+01:00'),
  row('from a day whose midnight is skipped', cairo, '2027-04-30', '2027-05-31', '2027-04-30T01:00+03:00', '2027-06-01T00:00+03:00'),
  row('until a day whose midnight is skipped', cairo, '2027-04-01', '2027-04-29', '2027-04-01T00:00+02:00', '2027-04-30T01:00+03:00'),
  row('on the day whose last hour is repeated', cairo, '2027-10-28', '2027-10-28', '2027-10-28T00:00+03:00', '2027-10-29T00:00+02:00'),
  row('from a day whose midnight is repeated', azores, '2027-10-31', '2027-11-30', '2027-10-31T00:00+00:00', '2027-12-01T00:00-01:00'),
  row('until a day whose midnight is repeated', azores, '2027-10-01', '2027-10-30', '2027-10-01T00:00+00:00', '2027-10-31T00:00+00:00'),
  row('on a leap day', newYork, '2028-02-29', '2028-02-29', '2028-02-29T00:00-05:00', '2028-03-01T00:00-05:00'),
];

/** What the API says of the grant, and when the door was asked, by the workflow's clock. */
interface Stay {
  readonly opensAt: string;
  readonly closesAt: string | null;
  readonly status: string;
  readonly asked: readonly {
    readonly at: string;
    readonly add: readonly string[];
    readonly remove: readonly string[];
  }[];
}

let stage: AccessStage;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let root: ApiClient;
const stays = new Map<Row, Promise<Stay>>();

beforeAll(async () => {
  stage = await (await AccessStage.create('specification table')).start();
  workers = await startWorkers(stage, { mayRunAhead: true });
  root = await stage.root();
  const zones = [paris, newYork, cairo, azores];
  const places = new Map<string, Place>();
  await Promise.all(zones.map(async (zone) => places.set(zone, await openPlace(zone))));
  const play = (rows: readonly Row[], make: (row: Row, place: Place) => Promise<Entitlement>) => {
    for (const each of rows) {
      const place = places.get(each.zone) as Place;
      stays.set(each, make(each, place).then(live));
    }
  };
  play(bookings, book);
  play(subscriptions, subscribe);
  await Promise.allSettled(stays.values());
}, 180_000);
afterAll(async () => {
  await workers.stop();
  await stage.close();
});

interface Place {
  readonly locationId: string;
  readonly resourceId: string;
  readonly planId: string;
}

/** A connected location with a room and a plan that give a group each. */
async function openPlace(timeZone: string): Promise<Place> {
  const location = tell.location({ timeZone });
  const locationId = location.data.id;
  const [resource, plan] = [tell.resource({ locationId }), tell.plan({ locationId })];
  await stage.publish(location);
  await stage.publish(tell.connection({ locationId }));
  await stage.publish(resource);
  await stage.publish(plan);
  for (const subject of [`resources/${resource.data.id}`, `plans/${plan.data.id}`]) {
    const choose = () => root.put(`/v1/${subject}/access`, { groupIds: ['front'] }, 0);
    await eventually(async () => expect((await choose()).status).toBe(200), { timeoutMs: 30_000 });
  }
  return { locationId, resourceId: resource.data.id, planId: plan.data.id };
}

async function book({ from, to, zone }: Row, { locationId, resourceId }: Place): Promise<Entitlement> {
  const startsAt = new Date(toInstant(from, zone, 'start')).toISOString();
  const endsAt = new Date(toInstant(to, zone, 'end')).toISOString();
  const local = { startsLocal: from, endsLocal: to, timeZone: zone };
  const booking = tell.booking({ locationId, resourceId, startsAt, endsAt, ...local });
  await stage.publish(booking);
  return { kind: 'booking', id: booking.data.id };
}

async function subscribe({ from, to }: Row, { locationId, planId }: Place): Promise<Entitlement> {
  const items = [{ kind: 'plan' as const, id: randomUUID(), planId }];
  const subscription = tell.subscription({ locationId, items, startOn: from, lastDayOn: to });
  await stage.publish(subscription);
  return { kind: 'subscription', id: subscription.data.id };
}

/** The whole life of an entitlement, in a moment. */
async function live(entitlement: Entitlement): Promise<Stay> {
  const handle = stage.service.app.get(Client, { strict: false }).workflow.getHandle(accessWorkflowId(entitlement));
  await eventually(() => handle.describe(), { timeoutMs: 60_000 });
  await skipTime(handle);
  await handle.result();
  const { body } = await root.get<{ items: GrantBody[] }>(
    `/v1/entitlements/${entitlement.kind}/${entitlement.id}/grants`,
  );
  const [grant, ...others] = body.items;
  if (grant === undefined || others.length > 0) throw new Error(`${body.items.length} grants`);
  const asked = (await askedOfDoors(handle)).map(({ at, groups, removals }) => ({
    at: minuteOf(at),
    add: groups.map(({ id, until }) => `${id} until ${until === null ? 'ever' : isoOf(until)}`),
    remove: removals.map(({ id }) => id),
  }));
  return { opensAt: grant.opensAt, closesAt: grant.closesAt, status: grant.status, asked };
}

const isoOf = (instant: number | string) => new Date(instant).toISOString();

/**
 * The whole minute, since work takes its time while none is skipped: the server fires timers a second or two late, and
 * a busy machine adds its own. What comes before its instant is in the wrong minute however little it is.
 */
const minuteOf = (instant: number) => isoOf(instant - (instant % 60_000));

function stayOf({ opens, closes }: Row): Stay {
  const [opensAt, closesAt] = [isoOf(opens), isoOf(closes)];
  return {
    ...{ opensAt, closesAt, status: 'ended' },
    asked: [
      { at: opensAt, add: [`front until ${closesAt}`], remove: [] },
      { at: closesAt, add: [], remove: ['front'] },
    ],
  };
}

test.each(bookings)('a booking $what, $from to $to $zone, is in the group from $opens to $closes', async (each) => {
  expect(await stays.get(each)).toEqual(stayOf(each));
});

test.each(subscriptions)(
  'a subscription $what, $from to $to $zone, is in the group from $opens to $closes',
  async (each) => {
    expect(await stays.get(each)).toEqual(stayOf(each));
  },
);

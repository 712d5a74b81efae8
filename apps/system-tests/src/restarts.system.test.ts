import { becomes, Lab, SECOND_MS } from './harness/lab.ts';
import { scrape } from './harness/metrics.ts';
import { RunningSystem } from './harness/running-system.ts';
import { type Scene, scenes } from './harness/scenes.ts';
import { Seat } from './harness/seat.ts';

/** Each story runs this often at a time, so that something is on its way whenever the victim falls. */
const COPIES = 2;
/** The stories' instants are spread from this long before the kill to this long after it. */
const SPREAD_MS = { before: 2 * SECOND_MS, after: 4 * SECOND_MS };
/** From the last preparation to the first instant. */
const LEAD_MS = 3 * SECOND_MS;
/** Long enough that some calls are on their way at any instant. */
const SALTO_TAKES_MS = 500;

interface Played {
  readonly scene: Scene;
  readonly seat: Seat;
}

let running: RunningSystem;
let lab: Lab;
let cast: readonly Played[];

beforeAll(async () => {
  running = await RunningSystem.start({ name: 'restarts', isTemporalKept: true });
  lab = new Lab(running);
  await lab.salto.takes(SALTO_TAKES_MS);
  const plays = Array.from({ length: COPIES }, () => scenes).flat();
  const groupIds = await lab.salto.makeGroups(plays.length);
  cast = await Promise.all(
    plays.map(async (scene, at) => ({ scene, seat: await Seat.make(lab, `Member${at}`, groupIds[at]!) })),
  );
});

afterAll(() => running?.stop());

beforeEach(async () => {
  await Promise.all(cast.map(({ seat }) => seat.clear()));
  await running.system.saltoControl.delete('/calls');
});

test.each([
  'billing-gateway',
  'access-service',
  'access-service-worker',
  'salto-adapter-worker',
  'postgres',
  'temporal',
  'kafka',
])('a killed %s loses nothing and doubles nothing', async (victim) => {
  await Promise.all(
    cast.map(async ({ scene, seat }) => {
      if (scene.begin === undefined) return;
      await scene.begin(seat);
      await lab.holds(seat.groupId, [seat.person]);
    }),
  );

  const killedAt = Date.now() + LEAD_MS + SPREAD_MS.before;
  const instantOf = (place: number) =>
    Math.round(killedAt - SPREAD_MS.before + (place * (SPREAD_MS.before + SPREAD_MS.after)) / (cast.length - 1));
  await Promise.all(cast.map(async ({ scene, seat }, place) => scene.arrange?.(seat, instantOf(place))));
  await Promise.all([
    ...cast.map(async ({ scene, seat }, place) => {
      await becomes(() => Date.now() >= instantOf(place));
      await scene.act?.(seat);
    }),
    restart(victim, killedAt),
  ]);

  await becomes(async () => expect(await outcome()).toEqual(wanted()));
  await becomes(async () => expect(await unfinished()).toEqual({ events: 0, wakeups: 0 }));
  expect(await outcome()).toEqual(wanted());
});

async function restart(victim: string, killedAt: number): Promise<void> {
  await becomes(() => Date.now() >= killedAt);
  await running.stack.program(victim).kill('SIGKILL');
  await running.stack.program(victim).start();
}

/** What Salto, access-service and the gateway say has become of each story. */
function outcome() {
  return Promise.all(
    cast.map(async ({ scene: { title }, seat }) => ({
      title,
      members: (await lab.salto.members([seat.groupId]))[0],
      changes: await lab.salto.changes(seat.groupId),
      statuses: await seat.statuses(),
      bookings: await seat.bookingsKnown(),
    })),
  );
}

function wanted() {
  return cast.map(({ scene: { title, changes, statuses }, seat }) => ({
    title,
    members: changes.adds > changes.removals ? [seat.person.email] : [],
    changes,
    statuses,
    bookings: statuses.length,
  }));
}

/** Events that no topic has yet, and changes that no workflow was told of. */
async function unfinished(): Promise<{ events: number; wakeups: number | undefined }> {
  const { services } = running.system.endpoints;
  const pending = ['billing-gateway', 'access-service', 'salto-adapter'].map(async (name) => {
    return (await scrape(services[name]!)).sum('outbox_pending_messages') ?? Number.NaN;
  });
  const events = (await Promise.all(pending)).reduce((sum, count) => sum + count, 0);
  return { events, wakeups: (await scrape(services['access-service']!)).sum('wakeups_waiting') };
}

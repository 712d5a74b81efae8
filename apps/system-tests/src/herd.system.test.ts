import { serviceProcesses } from '@latchkey/local-stack';
import type { PersonBody, ResourceBody } from '@latchkey/contracts';
import { becomes, HOUR_MS, iso, Lab, SECOND_MS } from './harness/lab.ts';
import { inLanes } from './harness/in-lanes.ts';
import { RunningSystem } from './harness/running-system.ts';

const HERD = 200;
/** Two of each worker, and a budget with which the herd takes a few seconds. */
const workers = ['access-service-worker', 'salto-adapter-worker'] as const;
const services = serviceProcesses.flatMap((service) =>
  workers.some((name) => name === service.name) ? [service, { ...service, name: `${service.name}-2` }] : [service],
);

let running: RunningSystem;
let lab: Lab;

beforeAll(async () => {
  const env = { SALTO_REQUESTS_PER_SECOND: '40', SALTO_REQUESTS_AT_ONCE: '10' };
  running = await RunningSystem.start({ name: 'herd', services, env });
  lab = new Lab(running);
});

afterAll(() => running?.stop());

test(`${HERD} windows that open at the same instant let everybody in once, although a worker of each kind is killed`, async () => {
  const [groupId] = await lab.salto.makeGroups(1);
  await lab.salto.takes(300); // so that some writes have no answer yet when their sender is killed
  const places = Array.from({ length: HERD }, (_, at) => at);
  const beganAt = Date.now();
  const people = await inLanes(places, (at) => lab.person(`Member${at}`));
  const desks = await inLanes(places, () => lab.resource(groupId!));

  // All are booked before the windows open, also where that takes long.
  const startsAt = Date.now() + 20 * SECOND_MS + (Date.now() - beganAt);
  const times = { startsAt: iso(startsAt), endsAt: iso(startsAt + HOUR_MS) };
  await inLanes(places, (at) => lab.book(desks[at] as ResourceBody, people[at] as PersonBody, times));
  expect(Date.now()).toBeLessThan(startsAt);

  await becomes(async () => expect(await membersOf(groupId!)).toBeGreaterThan(HERD / 5));
  await Promise.all(workers.map((name) => running.stack.program(name).kill('SIGKILL')));
  expect(await membersOf(groupId!)).toBeLessThan(HERD);
  await Promise.all(workers.map((name) => running.stack.program(name).start()));

  await lab.holds(groupId!, people);
  await becomes(async () => {
    const grants = await running.system.access('operator').list<{ status: string }>(`/v1/grants?groupId=${groupId}`);
    expect(Object.groupBy(grants, ({ status }) => status)).toMatchObject({ active: { length: HERD } });
    expect(grants).toHaveLength(HERD);
  });
  expect(await lab.salto.changes(groupId!)).toEqual({ adds: HERD, removals: 0 });
});

async function membersOf(groupId: string): Promise<number> {
  return (await lab.salto.members([groupId]))[0]?.length ?? 0;
}

import type { ConnectionBody, DisconnectionBody, DisconnectionPreview, DriftFindingBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { connectLocation } from './demo/connect-location.ts';
import { becomes, HOUR_MS, Lab, untilAt } from './harness/lab.ts';
import { RunningSystem } from './harness/running-system.ts';

const siteId = demo.lab.id;

let running: RunningSystem;
let lab: Lab;

beforeAll(async () => {
  running = await RunningSystem.start({
    name: 'disconnect',
    env: { SITE_CHECK_EVERY_MS: '3000', DRIFT_QUIET_MS: '1' },
  });
  lab = new Lab(running);
});
afterAll(() => running?.stop());

const adapter = () => running.system.adapter('ada');
const access = () => running.system.access('ada');
const connectionPath = () => `/v1/connections/${lab.location.id}`;

async function disconnect(revokesFirst: boolean): Promise<DisconnectionBody> {
  await adapter().post(`${connectionPath()}/disconnection`, { siteId, revokesFirst });
  return becomes(async () => {
    const disconnection = await adapter().get<DisconnectionBody>(`${connectionPath()}/disconnection`);
    expect(disconnection.state).toBe('done');
    return disconnection;
  });
}

async function reconnect(): Promise<void> {
  await connectLocation(running.system, { locationId: lab.location.id, siteId, login: 'ada' });
  await becomes(async () => {
    expect((await adapter().get<ConnectionBody>(connectionPath())).status).toBe('connected');
  });
}

async function seat(name: string) {
  const [groupId] = await lab.salto.makeGroups(1);
  const person = await lab.person(name);
  const booking = await lab.book(await lab.resource(groupId!), person, untilAt(Date.now() + HOUR_MS));
  return { groupId: groupId!, person, booking };
}

test('what is open stays open after a disconnect; whoever reconnects decides about those who are not entitled any more', async () => {
  const [stays, goes] = [await seat('Stays'), await seat('Goes')];
  await lab.becomesAll('active', stays.booking.id);
  await lab.becomesAll('active', goes.booking.id);
  const preview = await access().get<DisconnectionPreview>(`/v1/locations/${lab.location.id}/disconnection-preview`);
  const memberships = [stays, goes].map(({ person, groupId }) => ({ memberId: person.id, groupId }));
  expect(preview.memberships).toEqual(expect.arrayContaining(memberships));

  const done = await disconnect(false);
  expect(done).toMatchObject({ isReadBack: true });
  expect(done.leftOpen).toEqual(expect.arrayContaining(memberships));
  await lab.becomesAll('left_open', stays.booking.id);

  // Nothing more is done for the location: no revocation, and nothing new.
  await lab.cancel(goes.booking);
  const late = await seat('Late');
  expect(await lab.salto.changes(goes.groupId)).toEqual({ adds: 1, removals: 0 });

  await reconnect();
  await lab.becomesAll('active', stays.booking.id);
  await lab.becomesAll('active', late.booking.id);
  const finding = await becomes(async () => {
    const findings = await access().list<DriftFindingBody>(`/v1/locations/${lab.location.id}/drift-findings`);
    const held = findings.find(({ memberId }) => memberId === goes.person.id);
    expect(held).toMatchObject({ kind: 'left_over', action: 'held' });
    return held!;
  });
  await lab.holds(goes.groupId, [goes.person]);
  const decision = { decision: 'remove', findingIds: [finding.id] };
  await access().post(`/v1/locations/${lab.location.id}/drift-findings/decisions`, decision);
  await lab.holds(goes.groupId, []);
  await lab.becomesAll('ended', goes.booking.id);
  expect(await lab.salto.changes(stays.groupId)).toEqual({ adds: 1, removals: 0 });
});

test('everything is revoked first if that is wanted, and nobody is left', async () => {
  const { groupId, person, booking } = await seat('Revoked');
  await lab.becomesAll('active', booking.id);
  expect(await disconnect(true)).toMatchObject({ leftOpen: [], isReadBack: true, revokesFirst: true });
  await lab.holds(groupId, []);
  await lab.becomesAll('ended', booking.id);
  expect(await lab.salto.subscription(person)).toBe('suspended');
  await reconnect();
  // Whoever is still entitled is granted again.
  await lab.holds(groupId, [await running.system.billing('operator').get(`/v1/people/${booking.ownerId}`)]);
});

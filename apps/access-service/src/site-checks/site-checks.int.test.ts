import type {
  DriftDecisionAnswer,
  DriftFindingBody,
  EntitledMembers,
  GrantBody,
  SiteCheckBody,
} from '@latchkey/contracts';
import { eventually, type ApiClient, type ProblemBody } from '@latchkey/test-kit';
import { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { startWorkers } from '../testing/access-workers.ts';
import { tell } from '../testing/tellings.ts';

const WAIT = { timeoutMs: 30_000 };

let stage: AccessStage;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let root: ApiClient;
let locationId: string;
let resourceId: string;
let siteId: string;

beforeAll(async () => {
  stage = await (await AccessStage.create('site checks', (env) => ({ ...env, SITE_CHECK_EVERY_MS: '2000' }))).start();
  workers = await startWorkers(stage);
  root = await stage.root();
  const location = tell.location();
  const resource = tell.resource({ locationId: location.data.id });
  const connection = tell.connection({ locationId: location.data.id });
  [locationId, resourceId, siteId] = [location.data.id, resource.data.id, connection.data.siteId];
  for (const telling of [location, connection, resource]) await stage.publish(telling as typeof location);
  await eventually(async () => {
    const { status } = await root.put(`/v1/resources/${resourceId}/access`, { groupIds: ['front'] }, 0);
    expect(status).toBe(200);
  }, WAIT);
}, 120_000);
afterAll(async () => {
  await workers.stop();
  await stage.close();
});

async function bookedForNow() {
  const booking = tell.booking({ locationId, resourceId });
  await stage.publish(booking);
  const { id, ownerId } = booking.data;
  await eventually(async () => expect((await grantOf(id)).status).toBe('active'), WAIT);
  return { id, memberId: ownerId };
}

async function grantOf(bookingId: string): Promise<GrantBody> {
  const { body } = await root.get<{ items: GrantBody[] }>(`/v1/entitlements/booking/${bookingId}/grants`);
  const [grant] = body.items ?? [];
  if (grant === undefined) throw new Error('the booking has no grant yet');
  return grant;
}

const path = () => `/v1/locations/${locationId}`;

async function findingsOf(memberId: string, status = 'all'): Promise<DriftFindingBody[]> {
  const { body } = await root.get<{ items: DriftFindingBody[] }>(`${path()}/drift-findings?status=${status}&limit=200`);
  return body.items.filter((finding) => finding.memberId === memberId);
}

const finding = (memberId: string, expected: Partial<DriftFindingBody>) =>
  eventually(async () => {
    const [first] = await findingsOf(memberId);
    expect(first).toMatchObject(expected);
    return first!;
  }, WAIT);

const decide = (decision: string, ...findingIds: string[]) =>
  root.post<DriftDecisionAnswer & ProblemBody>(`${path()}/drift-findings/decisions`, { decision, findingIds });

test('a connected site is checked by a schedule, and its groups in use are linted', async () => {
  const check = await eventually(async () => {
    const { body } = await root.get<SiteCheckBody>(`${path()}/site-check`);
    expect(body.groups).toHaveLength(1);
    return body;
  }, WAIT);
  expect(check).toMatchObject({
    siteId,
    groups: [
      {
        groupId: 'front',
        foreignCount: 0,
        problems: [{ code: 'group_without_locks', remedy: expect.stringContaining('locks') as string }],
        settings: [{ kind: 'resource', id: resourceId }],
      },
    ],
  });
});

test('a member whom somebody took out by hand is put back once; the second time a person decides', async () => {
  const { id, memberId } = await bookedForNow();
  expect((await grantOf(id)).groupProblems).toMatchObject([{ code: 'group_without_locks' }]);
  workers.doors.setByHand(memberId, []);
  await finding(memberId, { kind: 'missing', action: 'put_back' });
  await eventually(() => expect(workers.doors.groupsOf(memberId)).toEqual(['front']), WAIT);
  await finding(memberId, { resolvedAt: expect.any(String) as string });
  workers.doors.setByHand(memberId, []);
  const blocked = await finding(memberId, { action: 'blocked', decisions: ['put_back'] });
  await eventually(async () => {
    const grant = await grantOf(id);
    expect(grant).toMatchObject({ status: 'blocked', problem: { code: 'membership_removed_externally' } });
  }, WAIT);
  expect(workers.doors.groupsOf(memberId)).toEqual([]);
  expect((await decide('remove', blocked.id)).body).toEqual({ decided: [], refused: [blocked.id] });
  expect((await decide('put_back', blocked.id)).body).toEqual({ decided: [blocked.id], refused: [] });
  await eventually(() => expect(workers.doors.groupsOf(memberId)).toEqual(['front']), WAIT);
  await eventually(async () => expect((await grantOf(id)).status).toBe('active'), WAIT);
  await finding(memberId, { decidedBy: 'service:root', resolvedAt: expect.any(String) as string });
});

test('what is left over of ours is removed by a workflow, and remembered', async () => {
  const memberId = randomUUID();
  workers.doors.setByHand(memberId, ['front']);
  await finding(memberId, { kind: 'left_over', action: 'removing' });
  await eventually(() => expect(workers.doors.groupsOf(memberId)).toEqual([]), WAIT);
  await finding(memberId, { resolvedAt: expect.any(String) as string });
});

test('where many would go at once a person decides about each: to remove, or to leave', async () => {
  const members = Array.from({ length: 5 }, () => randomUUID());
  for (const memberId of members) workers.doors.setByHand(memberId, ['front']);
  const held: DriftFindingBody[] = [];
  for (const memberId of members)
    held.push(await finding(memberId, { action: 'held', decisions: ['remove', 'leave'] }));
  const { body } = await root.get<SiteCheckBody>(`${path()}/site-check`);
  expect(body.undecided).toBe(5);
  await decide('leave', held[0]!.id);
  await decide('remove', ...held.slice(1).map(({ id }) => id));
  for (const memberId of members.slice(1)) {
    await eventually(() => expect(workers.doors.groupsOf(memberId)).toEqual([]), WAIT);
  }
  await eventually(async () => {
    const kinds = (await findingsOf(members[0]!, 'open')).map(({ kind, action }) => `${kind} ${action}`);
    expect(kinds).toEqual(['foreign reported']);
  }, WAIT);
  expect(workers.doors.groupsOf(members[0]!)).toEqual(['front']);
  // At least once: until a check has seen it, the next one hands it over again.
  const told = workers.doors.left.map(({ memberId, groupId, isOurs }) => ({ memberId, groupId, isOurs }));
  expect([...new Map(told.map((one) => [one.memberId, one])).values()]).toEqual([
    { memberId: members[0], groupId: 'front', isOurs: false },
  ]);
});

test('a check can be asked for, and nobody hears of a location that is not connected', async () => {
  expect((await root.post(`${path()}/site-check`, {})).status).toBe(202);
  const elsewhere = tell.location();
  await stage.publish(elsewhere);
  const answer = await root.get<ProblemBody>(`/v1/locations/${elsewhere.data.id}/site-check`);
  expect([answer.status, answer.body.code]).toEqual([404, 'connection_not_found']);
  expect((await decide('leave', 'no uuid')).status).toBe(400);
});

test('a site that nobody is connected to any more is not checked', async () => {
  const client = stage.service.app.get(Client, { strict: false });
  const [location, other] = [tell.location(), randomUUID()];
  const connection = tell.connection({ locationId: location.data.id, siteId: other });
  const schedules = async () => {
    const ids: string[] = [];
    for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
    return ids;
  };
  await stage.publish(connection);
  await eventually(async () => expect(await schedules()).toContain(`site-check:${other}`), WAIT);
  await stage.publish({ ...connection, version: 2, data: { ...connection.data, status: 'disconnected' } });
  await eventually(async () => expect(await schedules()).not.toContain(`site-check:${other}`), WAIT);
});

test('whom something entitles to a group now is told for those who are asked about', async () => {
  const [ada, bob] = [await bookedForNow(), randomUUID()];
  const entitled = (groupId: string, ...memberIds: string[]) => {
    const query = memberIds.map((memberId) => `memberId=${memberId}`).join('&');
    return root.get<EntitledMembers>(`${path()}/access-groups/${groupId}/entitled-members?${query}`);
  };
  const { body } = await entitled('front', bob, ada.memberId);
  expect(body.items).toEqual([{ memberId: ada.memberId, until: expect.stringMatching(/^20.*Z$/) as string }]);
  expect((await entitled('office', ada.memberId)).body.items).toEqual([]);
  expect((await entitled('front')).status).toBe(400);
});

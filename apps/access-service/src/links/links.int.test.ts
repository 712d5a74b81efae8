import { eventually } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { AccessStage } from '../testing/access-stage.ts';
import { tell } from '../testing/tellings.ts';

let stage: AccessStage;
let siteId: string;
let memberId: string;

beforeAll(async () => {
  stage = await (await AccessStage.create('links')).start();
  const location = tell.location();
  const locationId = location.data.id;
  const resource = tell.resource({ locationId });
  const connection = tell.connection({ locationId });
  siteId = connection.data.siteId;
  await stage.publish(location);
  await stage.publish(connection);
  await stage.publish(resource);
  const root = await stage.root();
  const path = `/v1/resources/${resource.data.id}/access`;
  await eventually(async () => expect((await root.put(path, { groupIds: ['front'] }, 0)).status).toBe(200), {
    timeoutMs: 30_000,
  });
  const booking = tell.booking({ locationId, resourceId: resource.data.id });
  memberId = booking.data.ownerId;
  await stage.publish(booking);
  await eventually(async () => expect(await pair()).toBeDefined());
});
afterAll(() => stage.close());

const pair = () => stage.row<object>('SELECT forced_urgency FROM pair WHERE member_id = $1', [memberId]);

test('a confirmed link, or a newer contact, has what was blocked tried again; a refused link does not', async () => {
  await stage.database.query(`UPDATE pair SET blocked = '{"front": {"code": "email_conflict", "message": "-"}}'`);
  expect(await pair()).toEqual({ forced_urgency: null });
  await stage.publish(tell.link({ siteId, memberId: randomUUID(), decision: 'link' }));
  await stage.publish(tell.link({ siteId, memberId, decision: 'refuse' }));
  await stage.publish(tell.connection({ locationId: randomUUID() }));
  // One partition: what was published before has been handled when the last is.
  await eventually(async () => expect(await stage.row('SELECT count(*)::int AS n FROM connection')).toEqual({ n: 2 }));
  expect(await pair()).toEqual({ forced_urgency: null });
  await stage.publish(tell.link({ siteId, memberId, decision: 'link' }));
  await eventually(async () => expect(await pair()).toEqual({ forced_urgency: 1 }));
  await stage.database.query('UPDATE pair SET forced_urgency = NULL');
  await stage.publish(tell.link({ siteId, memberId, decision: null }));
  await eventually(async () => expect(await pair()).toEqual({ forced_urgency: 1 }));
  expect(await stage.deadLetters()).toEqual([]);
});

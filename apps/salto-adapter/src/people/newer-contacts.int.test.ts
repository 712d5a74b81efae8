import { randomUUID } from 'node:crypto';
import { linkEvents, personEvents, type PersonState } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { encodeEvent } from '@latchkey/service-kit';
import { eventually } from '@latchkey/test-kit';
import { ConnectStage, locations } from '../testing/connect-stage.ts';

const siteId = demo.paris.id;
let stage: ConnectStage;
let producer: ReturnType<ConnectStage['rig']['kafka']['producer']>;

beforeAll(async () => {
  stage = await ConnectStage.create('newer_contacts');
  producer = stage.rig.kafka.producer();
  await producer.connect();
  stage.rig.closes(() => producer.disconnect());
});
afterAll(() => stage.rig.close());

/** Somebody with a revision at the site, whose contact was read in this version. */
async function member(readVersion: number): Promise<string> {
  const memberId = randomUUID();
  await stage.rig.pool.query(
    `WITH pair AS (INSERT INTO pair (site_id, member_id, highest_epoch, highest_n) VALUES ($1, $2, 1, 1))
     INSERT INTO person (member_id, version, contact_version, fetched_version) VALUES ($2, 1, $3, $3)`,
    [siteId, memberId, readVersion],
  );
  return memberId;
}

/** The gateway tells of the person. Resolves when that has been handled. */
async function tell(memberId: string, version: number, contactVersion: number): Promise<void> {
  const roles = { administratorOf: [], memberOf: [locations.ours], inviteeOf: [], accounts: [] };
  const data: PersonState = { id: memberId, ...roles, contactVersion };
  const { type, topic } = personEvents.changed;
  const about = { id: randomUUID(), source: 'urn:test', aggregateId: memberId, version, occurredAt: Date.now() };
  await producer.send({ topic: stage.rig.kafka.prefixed(topic), messages: [encodeEvent({ ...about, type, data })] });
  await eventually(async () => {
    const { rows } = await stage.rig.pool.query('SELECT version FROM person WHERE member_id = $1', [memberId]);
    expect(rows).toEqual([{ version }]);
  });
}

async function told(memberId: string): Promise<object[]> {
  const { rows } = await stage.rig.pool.query<{ data: object }>(
    `SELECT data FROM outbox_message WHERE event_type = $1 AND data->>'memberId' = $2 ORDER BY id`,
    [linkEvents.changed.type, memberId],
  );
  return rows.map(({ data }) => data);
}

test('what was blocked for a member without a user is tried again when its e-mail has changed or was verified', async () => {
  const memberId = await member(1);
  await tell(memberId, 2, 2);
  expect(await told(memberId)).toMatchObject([{ siteId, memberId, decision: null }]);
});

test('nothing is tried again for what a person has become beside its contact', async () => {
  const memberId = await member(1);
  await tell(memberId, 2, 1);
  expect(await told(memberId)).toEqual([]);
});

test('nothing is tried again where the member has its user, or never was to have one', async () => {
  const [linked, unknown] = [await member(1), randomUUID()];
  await stage.rig.pool.query(
    `INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
     VALUES ($1, $2, $3, $3, 'linked', true, now())`,
    [siteId, linked, randomUUID()],
  );
  await tell(linked, 2, 2);
  await tell(unknown, 1, 1);
  expect([await told(linked), await told(unknown)]).toEqual([[], []]);
});

import type { SeatForecastBody, SeatsBody } from '@latchkey/contracts';
import { eventually, type ApiClient } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessStage } from '../testing/access-stage.ts';
import { tell } from '../testing/tellings.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const siteId = randomUUID();

let stage: AccessStage;
let adapter: Server;
let root: ApiClient;
let locationId: string;
let resourceId: string;
/** What the adapter answers; undefined: it fails. */
let seats: SeatsBody | undefined;

beforeAll(async () => {
  adapter = createServer((request, response) => {
    const isAsked =
      request.url === `/v1/connections/${locationId}/seats` && request.headers.authorization !== undefined;
    if (seats === undefined || !isAsked) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seats));
  });
  await new Promise<void>((resolve) => adapter.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(adapter.address() as AddressInfo).port}`;
  stage = await (await AccessStage.create('seats', (env) => ({ ...env, SALTO_ADAPTER_URL: url }))).start();
  root = await stage.root();
  const location = tell.location({ timeZone: 'Europe/Paris', gracePeriodMinutes: 30 });
  locationId = location.data.id;
  const resource = tell.resource({ locationId });
  resourceId = resource.data.id;
  await stage.publish(location);
  await stage.publish(tell.connection({ locationId, siteId }));
  await stage.publish(resource);
  const path = `/v1/resources/${resourceId}/access`;
  await eventually(async () => expect((await root.put(path, { groupIds: ['front', 'back'] }, 0)).status).toBe(200), {
    timeoutMs: 30_000,
  });
});
afterAll(async () => {
  await stage.close();
  await new Promise((resolve) => adapter.close(resolve).closeAllConnections());
});

const told = (of: Partial<SeatsBody>): SeatsBody => ({
  siteId,
  used: 2,
  limit: 2,
  isWarning: true,
  readAt: '2026-11-24T10:00:00.000Z',
  releasedMemberIds: [],
  keptMemberIds: [],
  releaseAfterSeconds: 600,
  ...of,
});

const forecast = () => root.get<SeatForecastBody>(`/v1/locations/${locationId}/seat-forecast`);

/** A booking in two days for two hours. */
async function book(startsAt: number): Promise<string> {
  const times = {
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + 2 * HOUR_MS).toISOString(),
  };
  const booking = tell.booking({ locationId, resourceId, ...times });
  await stage.publish(booking);
  const sql = 'SELECT count(*)::int AS n FROM grant_row WHERE entitlement_id = $1';
  await eventually(async () => expect(await stage.row(sql, [booking.data.id])).toEqual({ n: 2 }));
  return booking.data.ownerId;
}

test('bookings that need more seats than there are, when, how many and who, in the zone of the location', async () => {
  const startsAt = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 48 * HOUR_MS;
  const members = [await book(startsAt), await book(startsAt), await book(startsAt)];
  seats = told({ used: 2, limit: 3 });
  const { body } = await forecast();
  expect(body).toMatchObject({ siteId, used: 2, limit: 3, isWarning: true });
  expect(body.shortages).toMatchObject([
    {
      startsAt: new Date(startsAt - 45 * MINUTE_MS).toISOString(),
      endsAt: new Date(startsAt + 2 * HOUR_MS + 40 * MINUTE_MS).toISOString(),
      missing: 2,
    },
  ]);
  const [shortage] = body.shortages;
  expect(shortage?.startsLocal).toMatch(/^\d{4}-\d\d-\d\d \d\d:15 Europe\/Paris$/);
  expect(members).toEqual(expect.arrayContaining(shortage?.memberIds ?? []));
  expect(shortage?.memberIds).toHaveLength(2);

  // Who has a seat that is given back needs one all the same; who keeps one needs none more.
  seats = told({ used: 3, limit: 3, releasedMemberIds: [members[0]!] });
  expect((await forecast()).body.shortages).toMatchObject([{ missing: 2 }]);
  seats = told({ used: 3, limit: 4, keptMemberIds: members.slice(0, 2) });
  expect((await forecast()).body.shortages).toEqual([]);
});

test('while the adapter does not answer there is no forecast', async () => {
  seats = undefined;
  expect(await forecast()).toMatchObject({ status: 503, body: { code: 'seats_unavailable' } });
});

test('a location without a connection has none', async () => {
  expect(await root.get(`/v1/locations/${randomUUID()}/seat-forecast`)).toMatchObject({
    status: 404,
    body: { code: 'connection_not_found' },
  });
});

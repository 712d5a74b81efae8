import { randomUUID } from 'node:crypto';
import { demo } from '@latchkey/fake-salto-ks';
import { eventually } from '@latchkey/test-kit';
import { Agent } from 'undici';
import { Sealer } from '../encryption/sealer.ts';
import { IdentityClient } from '../salto-ks/identity.client.ts';
import { AdapterRig } from '../testing/adapter-rig.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { ConnectionRepository } from './connection.repository.ts';
import { newTokens, TokenVault } from './token-vault.ts';

let rig: AdapterRig;
let rows: ConnectionRepository;
let identity: IdentityClient;
let connectionId: string;
let refused: string[];
const agent = new Agent();

beforeAll(async () => {
  rig = await AdapterRig.create('tokens');
  const queries = poolQueries(rig.pool);
  rows = new ConnectionRepository(queries, new Sealer(rig.config.ENCRYPTION_KEYS));
  const client = { clientId: demo.client.id, clientSecret: demo.client.secret };
  identity = new IdentityClient({ identityUrl: rig.fake.url, ...client, timeoutMs: 2_000 }, agent);
  rig.closes(() => agent.close());
});
afterAll(() => rig.close());

beforeEach(async () => {
  rig.fake.removeFaults();
  refused = [];
  const first = newTokens(await identity.refresh(await rig.refreshToken()), '');
  const { id } = await rows.save(poolQueries(rig.pool), randomUUID(), demo.paris.id, first);
  connectionId = id;
  rig.fake.calls.clear();
});

const vault = () =>
  new TokenVault({ connections: rows, identity, onRefused: (id) => Promise.resolve(void refused.push(id)) });

const rotations = () => rig.fake.calls.matching(({ path }) => path === '/connect/token').length;

async function expire(): Promise<void> {
  await rig.pool.query('UPDATE connection SET access_expires_at = now() WHERE id = $1', [connectionId]);
}

test('a good token is read once and rotated by nobody', async () => {
  const one = vault();
  expect(await one.access(connectionId)).toBe(await one.access(connectionId));
  expect(rotations()).toBe(0);
});

test('many callers in several processes rotate an expired token once', async () => {
  await expire();
  const vaults = [vault(), vault(), vault()];
  const tokens = await Promise.all([...vaults, ...vaults].map((each) => each.access(connectionId)));
  expect(new Set(tokens).size).toBe(1);
  expect(rotations()).toBe(1);
});

test('a token that Salto refused before its time is rotated', async () => {
  const one = vault();
  const token = await one.access(connectionId);
  one.refused(connectionId, token);
  expect(await one.access(connectionId)).not.toBe(token);
});

test('a process that dies while it rotates leaves its lease to the next', async () => {
  await expire();
  expect(await rows.lease(connectionId, 1, randomUUID())).toBe(true);
  const waiting = vault().access(connectionId);
  await eventually(() => rotations() === 0);
  await rig.pool.query(`UPDATE connection SET lease_until = now() - interval '1 second' WHERE id = $1`, [connectionId]);
  await waiting;
  expect(rotations()).toBe(1);
});

test('a refused refresh token is one state of the connection, reported once it is certain', async () => {
  await expire();
  rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'invalid_grant' } });
  await expect(vault().access(connectionId)).rejects.toMatchObject({
    code: 'connection_needs_reconnect',
    retry: 'later',
  });
  expect(refused).toEqual([connectionId]);
});

test('an identity server that is down is no refusal', async () => {
  await expire();
  rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'unavailable' }, times: 1 });
  await expect(vault().access(connectionId)).rejects.toMatchObject({ code: 'provider_unavailable', retry: 'soon' });
  expect(refused).toEqual([]);
  await vault().access(connectionId);
});

test('a process that stalled beyond its lease does not overwrite newer tokens', async () => {
  await expire();
  const stale = await rows.tokens(connectionId);
  const token = await vault().access(connectionId);
  expect(
    await rows.rotate(connectionId, stale.tokenVersion, {
      refreshToken: 'old',
      accessToken: 'old',
      accessExpiresAt: 0,
    }),
  ).toBe(false);
  expect((await rows.tokens(connectionId)).accessToken).toBe(token);
});

import { randomUUID } from 'node:crypto';
import { demo } from '@latchkey/fake-salto-ks';
import { eventually } from '@latchkey/test-kit';
import { Agent } from 'undici';
import type { Queries } from '../database/queries.ts';
import { Sealer } from '../encryption/sealer.ts';
import type { IdentityClient } from '../salto-ks/identity.client.ts';
import { AdapterRig } from '../testing/adapter-rig.ts';
import { poolQueries } from '../testing/pool-queries.ts';
import { ConnectionRepository } from './connection.repository.ts';
import { identityOf } from './connections.module.ts';
import { TokenVault, type TokenOwner } from './token-vault.ts';

const locationId = randomUUID();

let rig: AdapterRig;
let rows: ConnectionRepository;
let identity: IdentityClient;
let owner: TokenOwner;
let refused: TokenOwner[];
const agent = new Agent();

beforeAll(async () => {
  rig = await AdapterRig.create('tokens');
  rows = new ConnectionRepository(poolQueries(rig.pool), new Sealer(rig.config.ENCRYPTION_KEYS));
  identity = identityOf(rig.config, agent);
  rig.closes(() => agent.close());
});
afterAll(() => rig.close());

beforeEach(async () => {
  rig.fake.removeFaults();
  rig.fake.set({ refresh_token_rotation: true });
  refused = [];
  owner = await connect();
  rig.fake.calls.clear();
});

async function connect() {
  const tokens = await rig.saltoTokens();
  const choice = { locationId, siteId: demo.paris.id, consentId: randomUUID(), keyVisibility: undefined };
  return rows.save(poolQueries(rig.pool), { ...choice, tokens });
}

const vault = (connections = rows) =>
  new TokenVault({ connections, identity, onRefused: (of) => Promise.resolve(void refused.push(of)) });

const rotations = () => rig.fake.calls.matching(({ path }) => path === '/connect/token').length;

async function expire(): Promise<void> {
  await rig.pool.query('UPDATE connection SET access_expires_at = now() WHERE id = $1', [owner.id]);
}

test('a good token is read once and rotated by nobody', async () => {
  const one = vault();
  expect(await one.access(owner)).toBe(await one.access(owner));
  expect(rotations()).toBe(0);
});

test.each([true, false])(
  'many callers in several processes refresh an expired token once (rotation: %s)',
  async (refresh_token_rotation) => {
    rig.fake.set({ refresh_token_rotation });
    await expire();
    const vaults = [vault(), vault(), vault()];
    const tokens = await Promise.all([...vaults, ...vaults].map((each) => each.access(owner)));
    expect(new Set(tokens).size).toBe(1);
    expect(rotations()).toBe(1);
  },
);

test('a token that Salto refused before its time is rotated', async () => {
  const one = vault();
  const token = await one.access(owner);
  one.refused(owner.id, token);
  expect(await one.access(owner)).not.toBe(token);
});

test('a process that dies while it rotates leaves its lease to the next', async () => {
  await expire();
  expect(await rows.lease(owner.id, owner.tokenVersion, randomUUID())).toBe(true);
  const waiting = vault().access(owner);
  await eventually(() => rotations() === 0);
  await rig.pool.query(`UPDATE connection SET lease_until = now() - interval '1 second' WHERE id = $1`, [owner.id]);
  await waiting;
  expect(rotations()).toBe(1);
});

/** Rows whose session is killed by the database in each of the next writes of new tokens. */
function rowsThatLoseWrites(times: number): ConnectionRepository {
  const queries = poolQueries(rig.pool);
  let left = times;
  const query: Queries['query'] = async (sql, values) => {
    const isStoring = sql.includes('token_version = token_version + 1');
    if (isStoring && left-- > 0) return queries.query('SELECT pg_terminate_backend(pg_backend_pid())');
    return queries.query(sql, values);
  };
  return new ConnectionRepository({ query }, new Sealer(rig.config.ENCRYPTION_KEYS));
}

test.each([true, false])(
  'a database that is away when the new tokens are to be stored loses none (rotation: %s)',
  async (refresh_token_rotation) => {
    rig.fake.set({ refresh_token_rotation });
    await expire();
    const token = await vault(rowsThatLoseWrites(2)).access(owner);
    expect((await rows.tokens(owner.id)).accessToken).toBe(token);
    expect(rotations()).toBe(1);
  },
);

/** What a process that dies between Salto's answer and our write leaves: a used token, and a lease that runs out. */
async function dieAfterTheAnswer(): Promise<void> {
  expect(await rows.lease(owner.id, owner.tokenVersion, randomUUID())).toBe(true);
  await identity.refresh((await rows.tokens(owner.id)).refreshToken);
  await rig.pool.query(`UPDATE connection SET lease_until = now() - interval '1 second' WHERE id = $1`, [owner.id]);
}

/** A process whose database stays away for good: it gives up. */
async function loseTheDatabase(): Promise<void> {
  await expect(vault(rowsThatLoseWrites(Infinity)).access(owner)).rejects.toThrow();
}

const crashes = [
  ['the process dies', dieAfterTheAnswer],
  ['the database stays away', loseTheDatabase],
] as const;

test.each(crashes)(
  'where refresh tokens stay good, the next refresh makes up for it when %s between answer and write',
  async (_, crash) => {
    rig.fake.set({ refresh_token_rotation: false });
    await expire();
    await crash();
    expect(await vault().access(owner)).toBeTruthy();
    expect(refused).toEqual([]);
  },
);

test.each(crashes)(
  'where refresh tokens rotate, a connection is reported to be made again when %s between answer and write',
  async (_, crash) => {
    await expire();
    await crash();
    await expect(vault().access(owner)).rejects.toMatchObject({ code: 'connection_needs_reconnect' });
    expect(refused).toEqual([{ id: owner.id, tokenVersion: owner.tokenVersion }]);
  },
);

test('a refused refresh token is one state of the connection, reported once it is certain', async () => {
  await expire();
  rig.fake.addFaults({ path: '/connect/token', effect: { kind: 'invalid_grant' } });
  await expect(vault().access(owner)).rejects.toMatchObject({ code: 'connection_needs_reconnect', retry: 'later' });
  expect(refused).toEqual([{ id: owner.id, tokenVersion: owner.tokenVersion }]);
});

test.each(['unavailable', 'reset', 'rate_limit'] as const)(
  'an identity server that does not serve (%s) is no refusal',
  async (kind) => {
    await expire();
    rig.fake.addFaults({ path: '/connect/token', effect: { kind }, times: 1 });
    await expect(vault().access(owner)).rejects.toMatchObject({ code: 'provider_unavailable', retry: 'soon' });
    expect(refused).toEqual([]);
    await vault().access(owner);
  },
);

test('an answer that is no answer of a token endpoint is not repeated to anybody', async () => {
  await expire();
  rig.fake.addFaults({
    path: '/connect/token',
    effect: { kind: 'answer', status: 200, body: { access_token: 'a-secret', token_type: 7 } },
  });
  const error: unknown = await vault()
    .access(owner)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'unknown_provider_error', cause: undefined });
  expect(String(error)).not.toContain('a-secret');
});

test('a process that stalled beyond its lease does not overwrite newer tokens', async () => {
  await expire();
  const stale = await rows.tokens(owner.id);
  const token = await vault().access(owner);
  const old = { refreshToken: 'old', accessToken: 'old', accessExpiresAt: 0 };
  expect(await rows.rotate(owner.id, stale.tokenVersion, old)).toBe(false);
  expect((await rows.tokens(owner.id)).accessToken).toBe(token);
});

test('once a location is connected again nobody uses the token of the account before', async () => {
  const one = vault();
  const before = await one.access(owner);
  const again = await connect();
  expect(await one.access(again)).not.toBe(before);
});

test('a refusal that arrives after somebody has connected again says nothing about the new tokens', async () => {
  await connect();
  expect(await rows.saveRefusal(poolQueries(rig.pool), owner.id, owner.tokenVersion)).toBeUndefined();
});

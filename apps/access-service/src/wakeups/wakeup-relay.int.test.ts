import type { Entitlement } from '@latchkey/access-domain';
import { inTransaction } from '@latchkey/service-kit';
import { eventually } from '@latchkey/test-kit';
import { randomUUID } from 'node:crypto';
import { Wakeups } from '../ledger/wakeups.ts';
import { InMemoryWorkflows } from '../testing/in-memory-workflows.ts';
import { World } from '../testing/world.ts';
import { WakeupRelay } from './wakeup-relay.ts';

let world: World;
beforeAll(async () => {
  world = await World.create('wakeup relay');
});
afterAll(() => world.close());
beforeEach(() => world.dataSource.query('DELETE FROM wakeup'));

const booking = (): Entitlement => ({ kind: 'booking', id: randomUUID() });

function write(entitlements: readonly Entitlement[], cause = 'moved', nudge = () => undefined): Promise<void> {
  const wakeups = new Wakeups(nudge);
  return inTransaction(world.dataSource, (em) => wakeups.write(em, entitlements, { signal: 'changed', cause }));
}

async function waiting(): Promise<number> {
  const [row]: { n: string }[] = await world.dataSource.query('SELECT count(*) AS n FROM wakeup');
  return Number(row?.n);
}

it('signals the entitlement with the causes, and deletes the rows', async () => {
  const workflows = new InMemoryWorkflows();
  const entitlement = booking();
  await write([entitlement], 'moved');
  await write([entitlement], 'lengthened');
  expect(await new WakeupRelay(world.dataSource, workflows).relayBatch()).toEqual({ taken: 2, failed: 0 });
  expect(workflows.signals).toMatchObject([{ entitlement, signal: 'changed', cause: 'moved; lengthened' }]);
  expect(await waiting()).toBe(0);
});

it('race: an event was committed, but the process died before its signal', async () => {
  const workflows = new InMemoryWorkflows();
  await write([booking()]); // by a process whose relay never looked
  const relay = new WakeupRelay(world.dataSource, workflows);
  relay.start();
  await eventually(() => workflows.signals.length === 1);
  await relay.stop();
});

it('race: a relay that dies between the signal and the deletion signals once more, and loses nothing', async () => {
  await write([booking()]);
  const workflows = new InMemoryWorkflows();
  workflows.beforeAnswer = async () => {
    await world.dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'idle in transaction' AND pid <> pg_backend_pid()`,
    );
  };
  await expect(new WakeupRelay(world.dataSource, workflows).relayBatch()).rejects.toThrow();
  expect(await waiting()).toBe(1);
  workflows.beforeAnswer = undefined;
  await new WakeupRelay(world.dataSource, workflows).relayBatch();
  expect(workflows.signals).toHaveLength(2);
  expect(await waiting()).toBe(0);
});

it('race: a change that is written while the one before is signalled keeps a row of its own', async () => {
  const entitlement = booking();
  await write([entitlement]);
  const workflows = new InMemoryWorkflows();
  workflows.beforeAnswer = () => write([entitlement], 'and again');
  await new WakeupRelay(world.dataSource, workflows).relayBatch();
  expect(await waiting()).toBe(1);
});

it('two relays at once hand on each row once', async () => {
  await write(Array.from({ length: 300 }, booking));
  const workflows = new InMemoryWorkflows();
  const relays = [1, 2, 3].map(() => new WakeupRelay(world.dataSource, workflows));
  await Promise.all(relays.map((relay) => relay.relayBatch()));
  await relays[0]?.relayBatch();
  expect(new Set(workflows.signals.map(({ entitlement }) => entitlement.id)).size).toBe(300);
  expect(workflows.signals).toHaveLength(300);
});

it('keeps its rows while Temporal is down, says so, and goes on by itself', async () => {
  const workflows = new InMemoryWorkflows();
  workflows.isDown = true;
  await write([booking()]);
  const relay = new WakeupRelay(world.dataSource, workflows);
  relay.start();
  await eventually(() => !relay.isWorking, { timeoutMs: 20_000 });
  expect(await waiting()).toBe(1);
  workflows.isDown = false;
  await eventually(async () => (await waiting()) === 0, { timeoutMs: 20_000 });
  expect(relay.isWorking).toBe(true);
  await relay.stop();
});

it('a nudge after the commit is quicker than the poll', async () => {
  const workflows = new InMemoryWorkflows();
  const relay = new WakeupRelay(world.dataSource, workflows);
  relay.start();
  for (let n = 1; n <= 10; n++) {
    await write([booking()], 'moved', relay.nudge as () => undefined);
    await eventually(() => workflows.signals.length === n, { intervalMs: 2 });
  }
  await relay.stop();
  expect(workflows.signals).toHaveLength(10);
});

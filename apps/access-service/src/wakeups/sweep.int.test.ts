import type { Entitlement } from '@latchkey/access-domain';
import { inTransaction } from '@latchkey/service-kit';
import { randomUUID } from 'node:crypto';
import { addLocation, putBooking, setGroups } from '../testing/facts.ts';
import { InMemoryWorkflows } from '../testing/in-memory-workflows.ts';
import { confirmed, World } from '../testing/world.ts';
import { Sweep } from './sweep.ts';

const HOUR_MS = 60 * 60_000;

let world: World;
let workflows: InMemoryWorkflows;
let sweep: Sweep;

beforeEach(async () => {
  world = await World.create('sweep');
  workflows = new InMemoryWorkflows();
  sweep = new Sweep(world.dataSource, workflows, world.epochs);
  await sweep.run(); // remembers which database this is
});
afterEach(() => world.close());

async function book(startsAt: number) {
  const em = world.dataSource.manager;
  const location = await addLocation(em);
  const resourceId = randomUUID();
  await setGroups(em, 'resource', resourceId, ['front']);
  const entitlement: Entitlement = { kind: 'booking', id: randomUUID() };
  const facts = {
    id: entitlement.id,
    locationId: location.id,
    resourceId,
    memberIds: [randomUUID()],
    startsAt,
    endsAt: startsAt + HOUR_MS,
  };
  await world.change(entitlement, (em) => putBooking(em, facts));
  await em.query('DELETE FROM wakeup');
  return {
    entitlement,
    facts,
    change: (next: object) => world.change(entitlement, (em) => putBooking(em, { ...facts, ...next })),
  };
}

it('starts a workflow for an entitlement with open rows, and none where one runs', async () => {
  const { entitlement } = await book(Date.now() + 2 * HOUR_MS);
  await world.plan(entitlement);
  expect(await sweep.run()).toBe(1);
  expect(workflows.started).toEqual([entitlement]);
  expect(await sweep.run()).toBe(0);
});

it('race: a workflow was terminated between its signal and its plan', async () => {
  const { entitlement } = await book(Date.now() + 2 * HOUR_MS);
  await world.dataSource.query(`DELETE FROM grant_row`); // not even a row tells of it
  expect(await sweep.run()).toBe(1);
  expect(workflows.started).toEqual([entitlement]);
});

it('race: a workflow was terminated with a revocation that nobody confirmed, and its row is gone', async () => {
  const { entitlement, change } = await book(Date.now());
  await world.settle(entitlement);
  await change({ startsAt: Date.now() + 3 * HOUR_MS, endsAt: Date.now() + 4 * HOUR_MS });
  await change({ cancelledAt: Date.now(), startsAt: Date.now() + 3 * HOUR_MS });
  const { due } = await world.plan(entitlement);
  await world.dataSource.query('DELETE FROM wakeup');
  expect(due).toMatchObject([{ removals: [{ id: 'front' }] }]);
  expect(await sweep.run()).toBe(1);
  expect((await world.plan(entitlement)).due).toEqual(due);
});

it('leaves alone what is over, and what a wakeup stands for', async () => {
  const { entitlement, facts, change } = await book(Date.now());
  await world.settle(entitlement, facts.endsAt + HOUR_MS);
  expect(await sweep.run()).toBe(0);
  await change({});
  expect(await sweep.run()).toBe(0);
});

describe('a database restored from a backup', () => {
  it('is noticed by its fingerprint: a new epoch begins and every pair is sent once more', async () => {
    const { entitlement } = await book(Date.now());
    await world.settle(entitlement);
    await world.dataSource.query(`UPDATE installation SET fingerprint = 'another/1/1'`);
    await sweep.run();
    expect((await world.plan(entitlement)).due).toMatchObject([
      { revision: { epoch: 2, n: 2 }, groups: [{ id: 'front' }], removals: [] },
    ]);
  });

  it('race: revokes what the backup does not know of, whoever asks first', async () => {
    const { entitlement, facts, change } = await book(Date.now());
    const first = await world.settle(entitlement);
    expect(first.phase).toBe('active');
    const backup = await snapshot();
    await change({ cancelledAt: Date.now() });
    const [lost] = (await world.plan(entitlement)).due;
    if (lost === undefined) throw new Error('nothing is due');
    await restore(backup);
    // The workflow outlived the restore, and reports a revision that this database has never taken.
    const plan = await world.plan(entitlement, { outcomes: [confirmed(lost, Date.now())] });
    expect(plan.due).toMatchObject([{ revision: { epoch: 2, n: 2 }, groups: [{ id: 'front' }] }]);
    const wakeups: unknown[] = await world.dataSource.query('SELECT FROM wakeup WHERE entitlement_id = $1', [facts.id]);
    expect(wakeups).toHaveLength(1);
    // The facts are fetched again.
    await change({ cancelledAt: Date.now() });
    await world.dataSource.query('UPDATE comparison SET epoch = 2');
    const again = await world.plan(entitlement);
    expect(again.due).toMatchObject([{ revision: { epoch: 2, n: 3 }, groups: [], removals: [{ id: 'front' }] }]);
  });

  it('race: the adapter is ahead, and the planner goes on above it', async () => {
    const { entitlement } = await book(Date.now());
    const [due] = (await world.plan(entitlement)).due;
    if (due === undefined) throw new Error('nothing is due');
    const result = { kind: 'superseded', highestSeen: { epoch: 3, n: 9 } } as const;
    const outcomes = [{ ...due, at: Date.now(), result }];
    expect((await world.plan(entitlement, { outcomes })).due).toMatchObject([{ revision: { epoch: 4, n: 2 } }]);
    expect((await world.plan(entitlement, { outcomes })).due).toMatchObject([{ revision: { epoch: 4, n: 2 } }]);
  });

  it('a member whose first booking it forgot is sent once, although nothing is wanted any more', async () => {
    await inTransaction(world.dataSource, (em) => world.epochs.begin(em, 'restored'));
    const entitlement: Entitlement = { kind: 'booking', id: randomUUID() };
    const em = world.dataSource.manager;
    const location = await addLocation(em);
    const startsAt = Date.now() - HOUR_MS;
    const facts = { id: entitlement.id, locationId: location.id, resourceId: randomUUID(), memberIds: [randomUUID()] };
    await world.change(entitlement, (em) =>
      putBooking(em, { ...facts, startsAt, endsAt: startsAt + HOUR_MS, cancelledAt: startsAt, madeAt: startsAt }),
    );
    expect((await world.plan(entitlement)).due).toMatchObject([{ revision: { epoch: 2, n: 1 }, groups: [] }]);
    expect((await world.settle(entitlement)).isOver).toBe(true);
  });
});

const TABLES = ['pair', 'grant_row', 'booking'];

async function snapshot(): Promise<Map<string, { row: object }[]>> {
  const rows = TABLES.map(async (table): Promise<[string, { row: object }[]]> => [
    table,
    await world.dataSource.query(`SELECT to_jsonb(${table}) AS row FROM ${table}`),
  ]);
  return new Map(await Promise.all(rows));
}

async function restore(backup: Map<string, { row: object }[]>): Promise<void> {
  await world.dataSource.query('DELETE FROM wakeup');
  for (const [table, rows] of backup) {
    await world.dataSource.query(`DELETE FROM ${table}`);
    const [row]: { columns: string }[] = await world.dataSource.query(
      `SELECT string_agg(attname, ', ') AS columns FROM pg_attribute
       WHERE attrelid = $1::regclass AND attnum > 0 AND attgenerated = ''`,
      [table],
    );
    await world.dataSource.query(
      `INSERT INTO ${table} (${row?.columns}) SELECT ${row?.columns} FROM jsonb_populate_recordset(NULL::${table}, $1)`,
      [JSON.stringify(rows.map((kept) => kept.row))],
    );
  }
}

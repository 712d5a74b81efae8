import { randomUUID } from 'node:crypto';
import { addLocation, putSubscription, setGroups } from '../testing/facts.ts';
import { World } from '../testing/world.ts';
import { lostSettings } from './lost-settings.ts';

let world: World;
let locationId: string;

beforeAll(async () => {
  world = await World.create('lost settings');
});
afterAll(() => world.close());
beforeEach(async () => {
  locationId = (await addLocation(world.dataSource.manager)).id;
});

const lost = (...groupIds: string[]) => lostSettings(world.dataSource.manager, locationId, groupIds);

async function add(kind: 'plan' | 'resource', groupIds: readonly string[], location = locationId): Promise<string> {
  const id = randomUUID();
  const { manager } = world.dataSource;
  await manager.query(
    kind === 'plan'
      ? 'INSERT INTO plan (id, version, location_id, is_open_to_sign_up) VALUES ($1, 1, $2, false)'
      : `INSERT INTO resource (id, version, location_id, kind, capacity) VALUES ($1, 1, $2, 'room', 4)`,
    [id, location],
  );
  await setGroups(manager, kind, id, groupIds);
  return id;
}

async function subscribe(groupIds: readonly string[], lastDayOn: string | null = null) {
  const [id, itemId] = [randomUUID(), randomUUID()];
  const facts = { id, itemId, locationId, personId: randomUUID(), groupIds, startOn: '2020-01-01', lastDayOn };
  await putSubscription(world.dataSource.manager, facts);
  return { kind: 'subscription_item' as const, id: itemId, subscriptionId: id };
}

test('plans, resources and items that name groups which the site does not have are told, with those groups', async () => {
  const plan = await add('plan', ['front', 'gone', 'also gone']);
  const resource = await add('resource', ['gone']);
  const item = await subscribe(['gone']);
  await add('plan', ['front']);
  await add('plan', []);
  expect(await lost('front', 'back')).toEqual([
    { kind: 'plan', id: plan, subscriptionId: null, missingGroupIds: ['also gone', 'gone'] },
    { kind: 'resource', id: resource, subscriptionId: null, missingGroupIds: ['gone'] },
    { ...item, missingGroupIds: ['gone'] },
  ]);
  expect(await lost('front', 'gone', 'also gone')).toEqual([]);
});

test('an item is judged by what was chosen for it, where somebody has', async () => {
  const { manager } = world.dataSource;
  const cured = await subscribe(['gone']);
  await setGroups(manager, 'subscription_item', cured.id, ['front']);
  const spoilt = await subscribe(['front']);
  await setGroups(manager, 'subscription_item', spoilt.id, ['gone']);
  expect(await lost('front')).toEqual([{ ...spoilt, missingGroupIds: ['gone'] }]);
});

test('what is over, chosen before, deleted or of another location does not count', async () => {
  const { manager } = world.dataSource;
  await subscribe(['gone'], '2020-12-31');
  const plan = await add('plan', ['gone']);
  await setGroups(manager, 'plan', plan, ['front']);
  const resource = await add('resource', ['gone']);
  await manager.query('UPDATE resource SET deleted_at = now() WHERE id = $1', [resource]);
  await add('plan', ['gone'], (await addLocation(manager)).id);
  expect(await lost('front')).toEqual([]);
});

import { decided } from '../testing/fake-site.ts';
import { openStage, type Stage } from '../testing/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

test('a check looks at the groups in use and at those in which something is ours, and has it judged', async () => {
  const { site, check } = stage.site();
  site.own = ['front-door', 'attic'];
  expect(await (await check()).result()).toMatchObject({ memberships: 1 });
  expect(site.looked.map(({ groupId, withLint }) => [groupId, withLint])).toEqual([
    ['front-door', true],
    ['attic', false],
  ]);
  expect(site.judged[0]!.looks.map(({ groupId }) => groupId)).toEqual(['front-door', 'attic']);
});

test('a group that cannot be looked at does not keep the others from being judged', async () => {
  const { site, check } = stage.site();
  site.own = ['attic'];
  site.failing.add('front-door');
  await (await check()).result();
  expect(site.judged[0]!.looks.map(({ groupId }) => groupId)).toEqual(['attic']);
});

test('a decision about a membership is told to the adapter first, and judged as such only if that worked', async () => {
  const { site, check } = stage.site();
  site.plan = { ...site.plan, owned: [decided('attic', false), decided('cellar', true)] };
  site.failing.add('cellar');
  await (await check()).result();
  expect(site.judged[0]!.owned).toEqual([decided('attic', false)]);
});

test('while the connection does not work, nothing is looked at', async () => {
  const { site, check } = stage.site();
  site.plan = { version: 1, isPaused: true, groups: [], owned: [] };
  expect(await (await check()).result()).toBeNull();
  expect([site.looked, site.judged]).toEqual([[], []]);
});

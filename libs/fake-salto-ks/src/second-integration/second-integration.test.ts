import { demo } from '../demo-seed.ts';
import { startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';
import { until } from '../testing/until.ts';
import type { Step } from './second-integration.ts';

const path = '/_fake/second-integration';

async function steps(test: FakeUnderTest, count: number): Promise<Step[]> {
  const done: Step[] = [];
  for (let at = 0; at < count; at += 1) done.push((await test.request('POST', `${path}/step`)).body as Step);
  return done;
}

const membersOf = ({ fake }: FakeUnderTest, groupId: string) => fake.state.accessGroups.get(groupId)?.members;

describe('the second integration', () => {
  it('puts people into groups and takes people out, one at a step, and says who it was', async () => {
    await using test = await startFake();
    for (const step of await steps(test, 1)) {
      expect(step.does).toBe('added');
      expect(membersOf(test, step.access_group_id)).toContain(step.user_id);
    }
    const { email } = test.fake.state.accounts.all().at(-1) ?? {};
    expect(email).toMatch(/@other\.example$/);
    await test.request('PATCH', path, { name: 'officernd' });
    const done = await steps(test, 60);
    expect(new Set(done.map(({ does }) => does))).toEqual(new Set(['added', 'removed']));
    const { body } = await test.request('GET', '/_fake/calls?caller=officernd');
    expect(body).toMatchObject({ count: 60 });
    expect(test.fake.load.report().total.calls).toBe(0);
  });

  it('takes the same steps for the same seed', async () => {
    const stepsOf = async (seed: number) => {
      await using test = await startFake({ settings: { seed } });
      return await steps(test, 30);
    };
    const first = await stepsOf(1);
    expect(await stepsOf(1)).toEqual(first);
    expect(await stepsOf(2)).not.toEqual(first);
  });

  it('takes out anyone, or only its own people, as told', async () => {
    const whoIsLeft = async (removes: 'own' | 'anyone') => {
      await using test = await startFake();
      const { user } = await test.createUser();
      const groups = Object.values(demo.paris.groups);
      for (const group of groups) await test.paris('POST', `access_groups/${group}/users`, { user_id: user.id });
      await test.request('PATCH', path, { removes, site_id: demo.paris.id });
      const done = await steps(test, 100);
      expect(done.every(({ site_id }) => site_id === demo.paris.id)).toBe(true);
      return groups.filter((group) => membersOf(test, group)?.has(user.id)).length;
    };
    expect(await whoIsLeft('own')).toBe(5);
    expect(await whoIsLeft('anyone')).toBeLessThan(5);
  });

  it('takes a seat for its people, or none when there is none', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: 1 });
    await test.request('PATCH', path, { site_id: demo.paris.id });
    await steps(test, 5);
    const states = test.fake.state.siteUsers.ofSite(demo.paris.id).map((user) => user.subscription_state);
    expect(states.filter((state) => state === 'subscribed')).toHaveLength(1);
    expect(states).toContain('suspended');
  });

  it('acts by itself while it is switched on', async () => {
    await using test = await startFake();
    const count = () => test.fake.calls.matching(({ caller }) => caller === 'second-integration').length;
    await test.request('PATCH', path, { enabled: true, every_ms: 1 });
    await until(() => count() >= 3);
    expect((await test.request('PATCH', path, { enabled: false })).body).toMatchObject({ enabled: false });
    const stopped = count();
    // Its timer would have come before the answer to any of these.
    for (let at = 0; at < 5; at += 1) await test.request('GET', '/v1.2/me');
    expect(count()).toBe(stopped);
    await test.request('PATCH', path, { enabled: true });
    await test.request('POST', '/_fake/reset');
    expect((await test.request('GET', path)).body).toMatchObject({ enabled: false, every_ms: 5000 });
  });

  it('has nothing to do where there is no group', async () => {
    await using test = await startFake({ seed: {} });
    expect(await steps(test, 1)).toEqual([null]);
  });
});

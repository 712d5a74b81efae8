import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

const { groups, locks } = demo.paris;

describe.each(['v1.1', 'v1.2'] as const)('/%s/…/access_groups/{group}/locks', (version) => {
  it('lists, adds and removes locks', async () => {
    await using test = await startFake();
    const path = `access_groups/${groups.roomA}/locks`;
    const ids = async () => {
      const { body } = await test.paris('GET', path, undefined, version);
      return (body as { items: { id: string }[] }).items.map(({ id }) => id);
    };
    expect(await ids()).toEqual([locks.frontDoor, locks.roomA]);
    expect((await test.paris('POST', path, { lock_id: locks.office1 }, version)).status).toBe(200);
    expect((await test.paris('DELETE', `${path}/${locks.roomA}`, undefined, version)).status).toBe(204);
    expect(await ids()).toEqual([locks.frontDoor, locks.office1]);
  });
});

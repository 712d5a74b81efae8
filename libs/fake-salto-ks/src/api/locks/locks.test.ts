import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

describe('/v1.2/sites/{site}/locks', () => {
  it('lists and reads locks, which do not name their site', async () => {
    await using test = await startFake();
    const { roomA } = demo.paris.locks;
    const { body } = await test.paris('GET', "locks?$filter=customer_reference eq 'Room A'");
    expect(body).toMatchObject({ items: [{ id: roomA, online: true, locked_state: 'locked' }] });
    expect((await test.paris('GET', `locks/${roomA}`)).body).not.toHaveProperty('site_id');
    expect((await test.paris('GET', `locks/${demo.newYork.locks.roomA}`)).status).toBe(404);
  });
});

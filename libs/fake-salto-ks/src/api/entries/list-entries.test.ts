import { demo } from '../../demo-seed.ts';
import { handClock, startFake } from '../../testing/fake-under-test.ts';

describe('GET /v1.1/sites/{site}/entries', () => {
  it('gives the newest first when asked, and those after an instant', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now });
    const tap = (lock: string) => test.request('POST', `/_fake/locks/${lock}/tap`, { user_id: demo.administrator.id });
    const { frontDoor, roomA, office1 } = demo.paris.locks;
    for (const lock of [frontDoor, roomA, office1]) {
      await tap(lock);
      clock.advanceSeconds(60);
    }
    const newest = await test.paris('GET', 'entries?$top=2&$orderby=utc_date_time desc', undefined, 'v1.1');
    expect(newest.body).toMatchObject({ items: [{ lock_id: office1 }, { lock_id: roomA }] });
    const filter = `$filter=utc_date_time gt 2026-03-02T10:00:00Z and lock_id eq '${roomA}'`;
    const after = await test.paris('GET', `entries?${filter}`, undefined, 'v1.1');
    expect(after.body).toMatchObject({ items: [{ utc_date_time: '2026-03-02T10:01:00.000Z' }] });
  });

  it('is 405 in v1.2, and does not order by `date`', async () => {
    await using test = await startFake();
    expect((await test.paris('GET', 'entries')).status).toBe(405);
    const answer = await test.paris('GET', 'entries?$orderby=date', undefined, 'v1.1');
    expect(answer).toMatchObject({ status: 400, body: { ErrorCode: 1102 } });
  });
});

import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

const path = `access_groups/${demo.paris.groups.unscheduled}/time_schedules`;

describe('/v1.1/…/time_schedules', () => {
  it('creates, reads back with whole minutes, changes and deletes', async () => {
    await using test = await startFake();
    const body = { monday: true, start_time: '09:00', end_time: '18:00' };
    const created = await test.paris('POST', path, body, 'v1.1');
    expect(created).toMatchObject({
      status: 200,
      body: { monday: true, tuesday: false, start_time: '09:00:00', end_time: '18:00:59', start_date: null },
    });
    const own = `${path}/${(created.body as { id: string }).id}`;
    await test.paris('PATCH', own, { ...body, tuesday: true, start_date: '2026-03-01' }, 'v1.1');
    expect((await test.paris('GET', own, undefined, 'v1.1')).body).toMatchObject({
      tuesday: true,
      start_date: '2026-03-01T00:00:00',
    });
    expect((await test.paris('GET', path, undefined, 'v1.1')).body).toMatchObject({ items: [{ tuesday: true }] });
    expect((await test.paris('DELETE', own, undefined, 'v1.1')).status).toBe(204);
    expect((await test.paris('GET', own, undefined, 'v1.1')).status).toBe(404);
  });

  it.each([
    ['no day', { start_time: '09:00', end_time: '18:00' }],
    ['days as a list', { days: ['monday'] }],
    ['an end before the start', { monday: true, start_time: '18:00', end_time: '09:00' }],
    ['a date with an offset', { monday: true, start_date: '2026-03-01T00:00:00Z' }],
    ['an hour that does not exist', { monday: true, start_time: '25:00' }],
  ])('refuses %s with 1101', async (_, body) => {
    await using test = await startFake();
    expect(await test.paris('POST', path, body, 'v1.1')).toMatchObject({ status: 400, body: { ErrorCode: 1101 } });
  });

  it('exists in v1.1 only', async () => {
    await using test = await startFake();
    expect((await test.paris('GET', path)).status).toBe(404);
  });
});

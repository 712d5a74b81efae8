import { demo } from '../../demo-seed.ts';
import { handClock, startFake } from '../../testing/fake-under-test.ts';

describe('GET /v1.1/sites/{site}/entries/export', () => {
  it('gives the entries of a time as CSV', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now });
    const { id, user } = await test.createUser('ada@example.org');
    await test.paris('PATCH', `users/${id}`, { alias: 'Lovelace, "Ada"' });
    await test.paris('POST', `access_groups/${demo.paris.groups.roomA}/users`, { user_id: user.id });
    const tap = () => test.request('POST', `/_fake/locks/${demo.paris.locks.roomA}/tap`, { user_id: user.id });
    await tap();
    clock.advanceSeconds(60);
    await tap();
    clock.advanceSeconds(60);
    await tap();
    const query = 'export_file_name=march&from_date=2026-03-02T10:01:00Z&to_date=2026-03-02T10:02:00Z';
    const { status, headers, body } = await test.paris('GET', `entries/export?${query}`, undefined, 'v1.1');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(headers.get('content-disposition')).toContain('march.csv');
    const [header, ...lines] = String(body).trimEnd().split('\r\n');
    expect(header).toMatch(/^id,event_category,/);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`,2026-03-02T10:01:00.000Z,2026-03-02T11:01:00,${demo.paris.locks.roomA},`);
    expect(lines[0]).toContain('"Lovelace, ""Ada"""');
  });

  it.each([
    ['a name', 'from_date=2026-03-02&to_date=2026-03-03'],
    ['a beginning', 'export_file_name=march&to_date=2026-03-03'],
    ['an end that is a date', 'export_file_name=march&from_date=2026-03-02&to_date=soon'],
  ])('misses %s with 1100', async (_, query) => {
    await using test = await startFake();
    const answer = await test.paris('GET', `entries/export?${query}`, undefined, 'v1.1');
    expect(answer).toMatchObject({ status: 400, body: { ErrorCode: 1100 } });
  });
});

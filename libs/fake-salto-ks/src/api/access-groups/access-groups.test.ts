import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

describe('…/access_groups', () => {
  it('lists the groups of the site only, and finds them by name', async () => {
    await using test = await startFake();
    const filter = "$filter=contains(customer_reference,'room')";
    expect((await test.paris('GET', `access_groups?${filter}`)).body).toMatchObject({
      items: [{ id: demo.paris.groups.roomA, customer_reference: 'Front door and room A' }],
    });
  });

  it('creates a group with 200, reads, renames and deletes it', async () => {
    await using test = await startFake();
    const created = await test.paris('POST', 'access_groups', { customer_reference: 'Studio' });
    expect(created).toMatchObject({ status: 200, body: { customer_reference: 'Studio' } });
    const path = `access_groups/${(created.body as { id: string }).id}`;
    await test.paris('PATCH', path, { customer_reference: 'Atelier' });
    expect((await test.paris('GET', path)).body).toMatchObject({ customer_reference: 'Atelier' });
    expect((await test.paris('DELETE', path)).status).toBe(204);
    expect((await test.paris('GET', path)).status).toBe(404);
  });

  it('misses the name with 1100', async () => {
    await using test = await startFake();
    expect(await test.paris('POST', 'access_groups', {})).toMatchObject({ status: 400, body: { ErrorCode: 1100 } });
  });
});

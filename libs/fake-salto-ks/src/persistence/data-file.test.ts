import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '../demo-seed.ts';
import { createFakeSaltoKs } from '../fake-salto-ks.ts';
import { startFake } from '../testing/fake-under-test.ts';

describe('the data file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fake-salto-ks-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('brings members, tokens and settings back after a restart', async () => {
    const dataFile = join(folder, 'salto.json');
    const { email: username, password } = demo.administrator;
    const port = { value: 0 };
    let userId: string;
    let tokens: Record<string, string>;
    {
      await using test = await startFake({ dataFile });
      port.value = Number(new URL(test.fake.url).port);
      userId = (await test.createUser('ada@example.org')).user.id;
      await test.paris('POST', `access_groups/${demo.paris.groups.roomA}/users`, { user_id: userId });
      await test.request('PATCH', '/_fake/settings', { page_size: 5 });
      const scope = 'user_api.full_access offline_access';
      tokens = (await test.token({ grant_type: 'password', username, password, scope })).body as typeof tokens;
    }
    await using again = await (await createFakeSaltoKs({ dataFile })).listen(port.value);
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const members = `/v1.2/sites/${demo.paris.id}/access_groups/${demo.paris.groups.roomA}/users`;
    const response = await fetch(again.url + members, { headers });
    expect(await response.json()).toMatchObject({ items: [{ id: userId }] });
    expect(again.state.settings.page_size).toBe(5);
    const { id: client_id, secret: client_secret } = demo.client;
    const refresh = {
      client_id,
      client_secret,
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    };
    const refreshed = await fetch(`${again.url}/connect/token`, { method: 'POST', body: new URLSearchParams(refresh) });
    expect(refreshed.status).toBe(200);
    expect(await readdir(folder)).toEqual(['salto.json']);
  });

  it('is not overwritten when it is something else', async () => {
    const dataFile = join(folder, 'salto.json');
    await writeFile(dataFile, '{"version":99}');
    await expect(createFakeSaltoKs({ dataFile })).rejects.toThrow('was not written by this version');
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '../demo-seed.ts';
import { createFakeSaltoKs } from '../fake-salto-ks.ts';
import { PageVisitor } from '../testing/page-visitor.ts';
import { startFake } from '../testing/fake-under-test.ts';
import { until } from '../testing/until.ts';

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

  it.each(['not JSON', 'null', '"text"'])('is not overwritten when it is %s', async (text) => {
    const dataFile = join(folder, 'salto.json');
    await writeFile(dataFile, text);
    await expect(createFakeSaltoKs({ dataFile })).rejects.toThrow(`${dataFile} was not written by this version`);
    expect(readFileSync(dataFile, 'utf8')).toBe(text);
  });

  it('that cannot be written stops the start', async () => {
    const dataFile = join(folder, 'missing', 'salto.json');
    await expect(createFakeSaltoKs({ dataFile })).rejects.toThrow(
      `The data file ${dataFile} cannot be written: ENOENT`,
    );
  });

  it('is written again after a write failed, which ends nothing and is reported', async () => {
    const dataFile = join(folder, 'salto.json');
    const failures: unknown[] = [];
    await using test = await startFake({ dataFile, onDataFileFailure: (error) => failures.push(error) });
    const rename = () => test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: 77 });
    // A folder where the file is prepared: it cannot be written.
    await mkdir(`${dataFile}.tmp`);
    await rename();
    await until(() => failures.length === 1);
    expect((await test.request('GET', '/_fake/health')).status).toBe(200);
    await rmdir(`${dataFile}.tmp`);
    await rename();
    await until(() => readFileSync(dataFile, 'utf8').includes('"user_amount":77'));
  });

  it('has what a GET changed, too: secrets, PINs and keys that were given out, and consents', async () => {
    const dataFile = join(folder, 'salto.json');
    await using test = await startFake({ dataFile });
    const { member } = demo;
    const written = () => readFileSync(dataFile, 'utf8');
    const iq = `iqs/${demo.paris.iq}`;
    const { secret } = (await test.paris('GET', `${iq}/secret`)).body as { secret: string };
    await until(() => written().includes(secret));
    await test.paris('GET', `${iq}/pin?send_email=true`);
    await until(() => written().includes('"kind":"iq_pin"'));

    const asMember = await test.fake.accessToken(member.id);
    const device = `/v1.2/me/devices/${member.device}`;
    const public_key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    await test.request('PUT', `${device}/certificate`, { public_key: public_key.toString('base64') }, asMember);
    await until(() => written().includes(public_key.toString('base64')));
    const { mkey_data } = (await test.request('GET', `${device}/mkey`, undefined, asMember)).body as {
      mkey_data: string;
    };
    await until(() => written().includes(mkey_data));

    const query = { response_type: 'code', client_id: demo.client.id, scope: 'user_api.full_access', state: 'x' };
    const pkce = {
      redirect_uri: 'http://127.0.0.1/back',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    };
    const authorize = `${test.fake.url}/connect/authorize?${new URLSearchParams({ ...query, ...pkce }).toString()}`;
    const visitor = new PageVisitor();
    expect((await visitor.visit(authorize)).status).toBe(303);
    await until(() => written().includes('"model":"Interaction"'));
  });
});

import { generateKeyPairSync } from 'node:crypto';
import { demo } from '../../demo-seed.ts';
import { startFake, type FakeUnderTest } from '../../testing/fake-under-test.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const public_key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const devices = '/v1.2/me/devices';
const own = `${devices}/${demo.member.device}`;

async function as(test: FakeUnderTest, account: { id: string }) {
  const token = await test.fake.accessToken(account.id);
  return (method: string, path: string, body?: object) => test.request(method, path, body, token);
}

describe('/v1.2/me/devices', () => {
  it('gives a mobile key for a registered phone that sent its public key', async () => {
    await using test = await startFake();
    const outsider = await as(test, demo.outsider);
    const registered = await outsider('POST', devices, { device_uid: 'my-phone', device_name: 'My phone' });
    expect(registered).toMatchObject({ status: 201, body: { device_uid: 'my-phone', has_certificate: false } });
    const path = `${devices}/${(registered.body as { id: string }).id}`;
    expect((await outsider('GET', `${path}/mkey`)).status).toBe(404);
    expect((await outsider('PUT', `${path}/certificate`, { public_key: `${public_key}\n` })).status).toBe(200);
    const first = await outsider('GET', `${path}/mkey`);
    expect(first.body).toEqual({ mkey_data: expect.any(String) as string });
    expect((await outsider('GET', `${path}/mkey`)).body).not.toEqual(first.body);
    expect((await outsider('POST', devices, { device_uid: 'my-phone' })).body).toMatchObject({ has_certificate: true });
    expect((await outsider('GET', devices)).body).toMatchObject({ items: [{ device_name: 'My phone' }] });
  });

  it('keeps a phone to its owner: others, an administrator of the site too, neither see, change nor read it', async () => {
    await using test = await startFake();
    const member = await as(test, demo.member);
    await member('PUT', `${own}/certificate`, { public_key });
    expect((await member('GET', `${own}/mkey`)).status).toBe(200);
    const keyBefore = test.fake.state.devices.get(demo.member.device)?.mkey_data;
    for (const account of [demo.lyonAdministrator, demo.administrator, demo.outsider]) {
      const other = await as(test, account);
      expect((await other('GET', devices)).body).toMatchObject({ items: [] });
      expect((await other('GET', `${own}/mkey`)).status).toBe(404);
      expect((await other('PUT', `${own}/certificate`, { public_key })).status).toBe(404);
      expect((await other('GET', `${devices}/nowhere/mkey`)).body).toEqual((await other('GET', `${own}/mkey`)).body);
    }
    expect(test.fake.state.devices.get(demo.member.device)?.mkey_data).toBe(keyBefore);
    expect((await test.request('GET', `${own}/mkey`, undefined, 'nonsense')).status).toBe(401);
  });

  it('refuses what is no public key', async () => {
    await using test = await startFake();
    const member = await as(test, demo.member);
    expect(await member('PUT', `${own}/certificate`, { public_key: 'hello' })).toMatchObject({
      status: 400,
      body: { ErrorCode: 1101 },
    });
    expect(await member('PUT', `${own}/certificate`, {})).toMatchObject({ status: 400, body: { ErrorCode: 1100 } });
  });
});

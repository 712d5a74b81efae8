import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

describe('/v1.2/sites/{site}/iqs', () => {
  it('lists and reads IQs, which are never synced', async () => {
    await using test = await startFake();
    const iq = { id: demo.paris.iq, online: true, otp_enabled: true, data_sync_state: 'not_synced' };
    expect((await test.paris('GET', 'iqs')).body).toMatchObject({ items: [iq] });
    expect((await test.paris('GET', `iqs/${demo.paris.iq}`)).body).toMatchObject(iq);
    expect((await test.paris('GET', `iqs/${demo.lab.iq}`)).status).toBe(404);
  });

  it('mails its PIN only to whom asked for a secret before, and for the mail', async () => {
    await using test = await startFake();
    const mails = async () => (await test.request('GET', '/_fake/mails')).body;
    const pin = (query: string) => test.paris('GET', `iqs/${demo.paris.iq}/pin${query}`);
    expect(await pin('?send_email=true')).toMatchObject({ status: 404, body: { ErrorCode: 3104 } });
    await test.paris('GET', `iqs/${demo.paris.iq}/secret`);
    for (const query of ['', '?send_email=false'])
      expect(await pin(query)).toMatchObject({ status: 400, body: { ErrorCode: 1100 } });
    expect(await mails()).toEqual({ items: [] });
    expect((await pin('?send_email=true')).status).toBe(204);
    expect(await mails()).toMatchObject({ items: [{ to: demo.administrator.email, kind: 'iq_pin' }] });
  });

  it('takes its locks off line with it', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/iqs/${demo.paris.iq}`, { online: false });
    expect((await test.paris('GET', `iqs/${demo.paris.iq}`)).body).toMatchObject({ online: false, state: 'offline' });
    expect((await test.paris('GET', 'locks')).body).toMatchObject({
      items: [{ online: false, iq: { id: demo.paris.iq } }, { online: false }, { online: false }],
    });
  });
});

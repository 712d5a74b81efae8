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

  it('takes its locks off line with it', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/iqs/${demo.paris.iq}`, { online: false });
    expect((await test.paris('GET', `iqs/${demo.paris.iq}`)).body).toMatchObject({ online: false, state: 'offline' });
    expect((await test.paris('GET', 'locks')).body).toMatchObject({
      items: [{ online: false, iq: { id: demo.paris.iq } }, { online: false }, { online: false }],
    });
  });
});

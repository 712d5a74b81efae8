import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

describe('PATCH /v1.2/sites/{site}/users/{user}', () => {
  it('changes what is sent and leaves the rest', async () => {
    await using test = await startFake();
    const { id } = await test.createUser('ada@example.org');
    const change = { blocked: true, expires_at: '2030-01-01T00:00:00Z', last_name: 'King' };
    expect(await test.paris('PATCH', `users/${id}`, change)).toMatchObject({
      status: 200,
      body: {
        blocked: true,
        expires_at: '2030-01-01T00:00:00Z',
        alias: 'Ada Lovelace',
        user: { email: 'ada@example.org', first_name: 'Ada', last_name: 'King' },
      },
    });
  });

  it('finds the user under a new e-mail, and no longer under the old one', async () => {
    await using test = await startFake();
    const { id } = await test.createUser('ada@example.org');
    await test.paris('PATCH', `users/${id}`, { email: 'king@example.org' });
    expect(test.fake.state.accounts.byEmail('king@example.org')).toBeDefined();
    expect(test.fake.state.accounts.byEmail('ada@example.org')).toBeUndefined();
  });

  it('changes names and alias apart', async () => {
    await using test = await startFake();
    const { id } = await test.createUser();
    await test.paris('PATCH', `users/${id}`, { first_name: 'Augusta', alias: 'Countess' });
    expect((await test.paris('GET', `users/${id}`)).body).toMatchObject({
      alias: 'Countess',
      user: { first_name: 'Augusta', last_name: 'Lovelace' },
    });
  });

  it("refuses somebody else's e-mail", async () => {
    await using test = await startFake();
    await test.createUser('bruno@example.org');
    const { id } = await test.createUser('ada@example.org');
    expect(await test.paris('PATCH', `users/${id}`, { email: 'bruno@example.org' })).toMatchObject({ status: 400 });
  });

  it('answers 403 2203 until the user has spread', async () => {
    await using test = await startFake({ settings: { user_spread_seconds: 60 } });
    const { id } = await test.createUser();
    const answer = await test.paris('PATCH', `users/${id}`, { use_pin: true });
    expect(answer).toMatchObject({ status: 403, body: { ErrorCode: 2203 } });
  });

  it.each(['v1.2 PATCH', 'v1.2 PATCH /subscription', 'v1.2 PUT /pin'])(
    'answers 403 2203 when the user is on another site: %s',
    async (call) => {
      await using test = await startFake();
      const { id } = await test.createUser();
      const [, method = '', below = ''] = call.split(' ');
      const path = `/v1.2/sites/${demo.newYork.id}/users/${id}${below}`;
      const answer = await test.request(method, path, below === '/subscription' ? { state: 'suspended' } : {});
      expect(answer).toMatchObject({ status: 403, body: { ErrorCode: 2203 } });
      // Reading it there is another question: it is not found.
      const elsewhere = await test.request('GET', `/v1.2/sites/${demo.newYork.id}/users/${id}`);
      expect(elsewhere).toMatchObject({ status: 404, body: { ErrorCode: 2202 } });
    },
  );
});

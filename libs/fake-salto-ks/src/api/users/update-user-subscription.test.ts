import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

describe('PATCH /v1.2/sites/{site}/users/{user}/subscription', () => {
  it('suspends and subscribes again, which frees and takes a seat', async () => {
    await using test = await startFake();
    const { id } = await test.createUser();
    const seats = () => test.fake.state.siteUsers.seatsTaken(demo.paris.id);
    const suspended = await test.paris('PATCH', `users/${id}/subscription`, { state: 'suspended' });
    expect(suspended.body).toMatchObject({ subscription_state: 'suspended' });
    expect(seats()).toBe(1);
    await test.paris('PATCH', `users/${id}/subscription`, { state: 'subscribed' });
    expect(seats()).toBe(2);
  });

  it('leaves the user suspended, without an error, when the site is full', async () => {
    await using test = await startFake();
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { user_amount: 1 });
    const { id } = await test.createUser();
    expect(await test.paris('PATCH', `users/${id}/subscription`, { state: 'subscribed' })).toMatchObject({
      status: 200,
      body: { subscription_state: 'suspended' },
    });
  });

  it('knows the field only as `state`', async () => {
    await using test = await startFake();
    const { id } = await test.createUser();
    const answer = await test.paris('PATCH', `users/${id}/subscription`, { subscription_state: 'suspended' });
    expect(answer).toMatchObject({ status: 400, body: { ErrorCode: 1101 } });
  });
});

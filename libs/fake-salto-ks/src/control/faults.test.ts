import { demo } from '../demo-seed.ts';
import type { FaultRuleInput } from '../faults/fault-rule.ts';
import { handClock, startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';
import { until } from '../testing/until.ts';

const members = `access_groups/${demo.paris.groups.roomA}/users`;
const isIn = ({ fake }: FakeUnderTest, userId: string) =>
  fake.state.accessGroups.get(demo.paris.groups.roomA)?.members.has(userId) ?? false;

/** Adds a member as an adapter would, and tells what it gets to see. */
async function add({ fake }: FakeUnderTest, userId: string): Promise<number | 'no answer' | 'reset'> {
  const url = `${fake.url}/v1.2/sites/${demo.paris.id}/${members}`;
  const authorization = `Bearer ${await fake.accessToken(demo.administrator.id)}`;
  const before = fake.calls.matching(() => true).length;
  const givenUp = new AbortController();
  const init = { method: 'POST', headers: { authorization }, body: JSON.stringify({ user_id: userId }) };
  const answer = fetch(url, { ...init, signal: givenUp.signal }).then(
    ({ status }) => status,
    () => 'reset' as const,
  );
  // The log knows when a call was dealt with and will stay without an answer: no deadline to guess.
  const isSilent = () => fake.calls.matching(() => true).at(before)?.outcome === 'silence';
  const silence = until(() => isSilent() || givenUp.signal.aborted).then(() => 'no answer' as const);
  const seen = await Promise.race([answer, silence]);
  givenUp.abort();
  return seen;
}

async function withFault(effect: FaultRuleInput['effect']) {
  const test = await startFake();
  const { user } = await test.createUser();
  test.fake.addFaults({ method: 'POST', path: '/v1.2/sites/*/access_groups/*/users', times: 1, effect });
  return { test, userId: user.id };
}

describe('faults on demand', () => {
  it.each([
    [{ kind: 'reset', write: 'lost' }, 'reset', false],
    [{ kind: 'reset', write: 'applied' }, 'reset', true],
    [{ kind: 'timeout', write: 'lost' }, 'no answer', false],
    [{ kind: 'timeout', write: 'applied' }, 'no answer', true],
    [{ kind: 'unavailable' }, 503, false],
    [{ kind: 'delay', delay_ms: 10 }, 200, true],
    [{ kind: 'answer', status: 403, body: { ErrorCode: 2203, Message: 'no' } }, 403, false],
  ] as const)('%j: the caller sees %s, and whether the write is done is %s', async (effect, seen, isDone) => {
    const { test, userId } = await withFault(effect);
    await using _ = test;
    expect(await add(test, userId)).toBe(seen);
    expect(isIn(test, userId)).toBe(isDone);
    expect(await add(test, userId)).toBe(200);
  });

  it('applies a late write when released, over what happened since', async () => {
    const { test, userId } = await withFault({ kind: 'late_write' });
    await using _ = test;
    expect(await add(test, userId)).toBe('no answer');
    await test.paris('DELETE', `${members}/${userId}`);
    expect(isIn(test, userId)).toBe(false);
    expect((await test.request('GET', '/_fake/late-writes')).body).toMatchObject({ items: [{ method: 'POST' }] });
    await test.request('POST', '/_fake/late-writes/release');
    expect(isIn(test, userId)).toBe(true);
    expect((await test.request('GET', '/_fake/late-writes')).body).toEqual({ items: [] });
  });

  it('applies a late write by itself after its time', async () => {
    const { test, userId } = await withFault({ kind: 'late_write', after_ms: 1 });
    await using _ = test;
    expect(await add(test, userId)).toBe('no answer');
    await until(() => isIn(test, userId));
  });

  it('limits the rate with seconds, with a date, or without a word', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now });
    const retryAfter = async (effect: FaultRuleInput['effect']) => {
      test.fake.addFaults({ times: 1, effect });
      const { status, headers } = await test.request('GET', '/v1.2/me');
      return [status, headers.get('retry-after')];
    };
    expect(await retryAfter({ kind: 'rate_limit', retry_after_seconds: 7 })).toEqual([429, '7']);
    expect(await retryAfter({ kind: 'rate_limit', retry_after_seconds: 7, retry_after_as: 'date' })).toEqual([
      429,
      'Mon, 02 Mar 2026 10:00:07 GMT',
    ]);
    expect(await retryAfter({ kind: 'rate_limit' })).toEqual([429, null]);
  });

  it('refuses grants on demand', async () => {
    await using test = await startFake();
    await test.request('POST', '/_fake/faults', { path: '/connect/token', effect: { kind: 'invalid_grant' } });
    expect(await test.token({ grant_type: 'refresh_token' })).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('hits the calls of a rule after those to skip, so often or for so long', async () => {
    const clock = handClock('2026-03-02T10:00:00Z');
    await using test = await startFake({ now: clock.now });
    const status = async () => (await test.request('GET', '/v1.2/me')).status;
    const effect = { kind: 'unavailable' };
    await test.request('POST', '/_fake/faults', [{ id: 'twice', skip: 1, times: 2, effect }]);
    expect([await status(), await status(), await status(), await status()]).toEqual([200, 503, 503, 200]);
    await test.request('POST', '/_fake/faults', { id: 'while', for_ms: 1000, effect });
    expect(await status()).toBe(503);
    expect((await test.request('GET', '/_fake/faults')).body).toMatchObject({
      items: [
        { id: 'twice', hits: 2 },
        { id: 'while', hits: 1 },
      ],
    });
    clock.advanceSeconds(1);
    expect(await status()).toBe(200);
    expect((await test.request('DELETE', '/_fake/faults/while')).status).toBe(204);
    await test.request('DELETE', '/_fake/faults');
    expect((await test.request('GET', '/_fake/faults')).body).toEqual({ items: [] });
  });

  it('refuses a rule that it cannot understand, with the reason', async () => {
    await using test = await startFake();
    const answer = await test.request('POST', '/_fake/faults', { effect: { kind: 'explosion' } });
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('effect') as string } });
  });
});

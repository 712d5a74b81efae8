import { demo } from '../demo-seed.ts';
import type { FaultRuleInput } from '../faults/fault-rule.ts';
import { handClock, startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';
import { listenToHub } from '../testing/hub-listener.ts';
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

const entries = ({ fake }: FakeUnderTest) => fake.state.entries.ofSite(demo.paris.id);
const tapFrontDoor = (test: FakeUnderTest) =>
  test.request('POST', `/_fake/locks/${demo.paris.locks.frontDoor}/tap`, { user_id: demo.administrator.id });

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
    [{ kind: 'unauthorized' }, 401, false],
    [{ kind: 'body', as: 'malformed' }, 200, true],
    [{ kind: 'error_in_success' }, 200, false],
    [{ kind: 'error_in_success', write: 'applied' }, 200, true],
    [{ kind: 'answer', status: 403, body: { ErrorCode: 2203, Message: 'no' } }, 403, false],
  ] as const)('%j: the caller sees %s, and whether the write is done is %s', async (effect, seen, isDone) => {
    const { test, userId } = await withFault(effect);
    await using _ = test;
    expect(await add(test, userId)).toBe(seen);
    expect(isIn(test, userId)).toBe(isDone);
    expect(await add(test, userId)).toBe(200);
  });

  it('tells bodies that no client expects', async () => {
    await using test = await startFake({ settings: { bare_array_lists: [] } });
    const { user } = await test.createUser();
    const groups = `/v1.2/sites/${demo.paris.id}/access_groups`;
    const member = `${groups}/${demo.paris.groups.roomA}/users/${user.id}`;
    const bodyOf = async (method: string, path: string, effect: FaultRuleInput['effect']) => {
      test.fake.addFaults({ times: 1, effect });
      // Not parsed: what comes is not JSON, whatever its type says.
      const authorization = `Bearer ${await test.fake.accessToken(demo.administrator.id)}`;
      const answer = await fetch(`${test.fake.url}${path}`, { method, headers: { authorization } });
      return [answer.status, await answer.text()] as const;
    };
    const [, whole] = await bodyOf('GET', groups, { kind: 'delay', delay_ms: 0 });
    const { items } = JSON.parse(whole) as { items: unknown[] };
    expect(await bodyOf('GET', groups, { kind: 'body', as: 'empty' })).toEqual([200, '']);
    const [status, cut] = await bodyOf('GET', groups, { kind: 'body', as: 'malformed' });
    expect([status, whole.startsWith(cut)]).toEqual([200, true]);
    expect(() => JSON.parse(cut) as unknown).toThrow();
    const [, bare] = await bodyOf('GET', groups, { kind: 'body', as: 'bare_array' });
    expect(JSON.parse(bare)).toEqual(items);
    expect(await bodyOf('GET', '/.well-known/openid-configuration', { kind: 'body', as: 'empty' })).toEqual([200, '']);
    // What has no body at all gets one.
    expect(await bodyOf('DELETE', member, { kind: 'body', as: 'malformed' })).toEqual([200, '{"']);
    expect(await bodyOf('DELETE', member, { kind: 'body', as: 'empty' })).toEqual([204, '']);
    expect(await bodyOf('DELETE', member, { kind: 'body', as: 'bare_array' })).toEqual([200, '[]']);
    expect(await bodyOf('GET', '/v1.2/me', { kind: 'body', as: 'bare_array' })).toMatchObject([200, /^\[{"/]);
    expect(await bodyOf('GET', groups, { kind: 'error_in_success', error_code: '9' })).toMatchObject([
      200,
      /"ErrorCode":"9"/,
    ]);
    expect(await bodyOf('GET', `${groups}/nothing`, { kind: 'body', as: 'empty' })).toMatchObject([404, /ErrorCode/]);
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

  it('applies a late write to the site as it is by then', async () => {
    const { test, userId } = await withFault({ kind: 'late_write' });
    await using _ = test;
    expect(await add(test, userId)).toBe('no answer');
    await test.request('PATCH', `/_fake/sites/${demo.paris.id}`, { subscription_valid: false });
    await test.request('POST', '/_fake/late-writes/release');
    expect(isIn(test, userId)).toBe(false);
  });

  it('leaves a body that is no JSON as it is where a bare array was asked for', async () => {
    await using test = await startFake({ settings: { pin_answer: 'plain_text' } });
    const { id } = await test.createUser();
    test.fake.addFaults({ effect: { kind: 'body', as: 'bare_array' } });
    const period = 'export_file_name=all&from_date=2026-01-01&to_date=2026-01-02';
    const file = await test.paris('GET', `entries/export?${period}`, undefined, 'v1.1');
    expect(file).toMatchObject({ status: 200, body: expect.stringMatching(/^id,event_category/) as string });
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect((await test.paris('PUT', `users/${id}/pin`, {})).body).toMatch(/^\d{6}$/);
    expect((await test.request('GET', '/.well-known/openid-configuration')).body).toMatchObject([{}]);
  });

  it('ends a delay with the fake: nothing waits for an answer that nobody can get', async () => {
    const test = await startFake();
    test.fake.addFaults({ effect: { kind: 'delay', delay_ms: 3_600_000 } });
    const waiting = expect(test.request('GET', '/v1.2/me')).rejects.toThrow();
    const calls = () => test.fake.calls.matching(() => true);
    await until(() => calls().length === 1);
    await test.fake.close();
    await waiting;
    await until(() => calls()[0]?.outcome === 'silence');
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
    expect(await retryAfter({ kind: 'unavailable', retry_after_seconds: 3 })).toEqual([503, '3']);
    expect(await retryAfter({ kind: 'unavailable' })).toEqual([503, null]);
  });

  it('refuses grants on demand', async () => {
    await using test = await startFake();
    await test.request('POST', '/_fake/faults', { path: '/connect/token', effect: { kind: 'invalid_grant' } });
    expect(await test.token({ grant_type: 'refresh_token' })).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('are the same again for the same seed and the same calls', async () => {
    const statuses = async (seed: number) => {
      await using test = await startFake();
      await test.request('PATCH', '/_fake/settings', { seed });
      await test.request('POST', '/_fake/faults', [
        { path: '/v1.2/me', probability: 0.3, effect: { kind: 'unavailable' } },
        { path: '/v1.2/**', probability: 0.3, effect: { kind: 'rate_limit' } },
      ]);
      const seen: number[] = [];
      for (let at = 0; at < 30; at += 1) seen.push((await test.request('GET', '/v1.2/me')).status);
      return seen;
    };
    const first = await statuses(42);
    expect(new Set(first)).toEqual(new Set([200, 429, 503]));
    expect(await statuses(42)).toEqual(first);
    expect(await statuses(43)).not.toEqual(first);
  });

  it("reach the hub's messages: late, lost, or breaking the connection", async () => {
    await using test = await startFake();
    await using hub = await listenToHub(test);
    const tapThenHear = async (effect: FaultRuleInput['effect']) => {
      test.fake.addFaults({ operation: 'hub_message', times: 1, effect });
      await tapFrontDoor(test);
      await tapFrontDoor(test);
      await until(() => hub.heard.length >= 1 || hub.isClosed());
    };
    await tapThenHear({ kind: 'timeout' });
    expect(hub.heard).toEqual([entries(test)[1]]);
    hub.heard.length = 0;
    await tapThenHear({ kind: 'delay', delay_ms: 60_000 });
    expect(hub.heard).toEqual([entries(test)[3]]);
    hub.heard.length = 0;
    await tapThenHear({ kind: 'delay', delay_ms: 1 });
    await until(() => hub.heard.length === 2);
    expect(hub.heard).toEqual(expect.arrayContaining(entries(test).slice(4, 6)));
    test.fake.removeFaults();
    await tapThenHear({ kind: 'reset' });
    await until(hub.isClosed);
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
    const message = { operation: 'hub_message', effect: { kind: 'unavailable' } };
    expect((await test.request('POST', '/_fake/faults', message)).status).toBe(400);
  });
});

import type { Call } from '../control/call-log.ts';
import { demo } from '../demo-seed.ts';
import { measuredDelays } from '../settings.ts';
import { startFake, type FakeUnderTest } from '../testing/fake-under-test.ts';
import { until } from '../testing/until.ts';

const { paris, administrator } = demo;

/** What the page hears, by event. */
async function follow({ fake }: FakeUnderTest) {
  const givenUp = new AbortController();
  const response = await fetch(`${fake.url}/_fake/events`, { signal: givenUp.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  const reading = (async () => {
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += piece;
  })().catch(() => undefined);
  await until(() => text.includes('retry:'));
  const heard = (event: string): unknown[] =>
    [...text.matchAll(new RegExp(`^event: ${event}\ndata: (.*)$`, 'gm'))].map(
      ([, data]) => JSON.parse(data ?? '') as unknown,
    );
  const stop = async () => {
    givenUp.abort();
    await reading;
  };
  return { heard, stop, [Symbol.asyncDispose]: stop };
}

const callsHeard = (feed: { heard: (event: string) => unknown[] }) =>
  (feed.heard('calls') as { items: Call[] }[]).flatMap(({ items }) => items);

describe('the page at /_fake', () => {
  it('has every file that it names, and lets nothing in from elsewhere', async () => {
    await using test = await startFake();
    const seen = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (seen.has(path)) return;
      seen.add(path);
      const { status, headers, body } = await test.request('GET', path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      const text = String(body);
      expect(text).not.toMatch(/https?:\/\/(?!www\.w3\.org)|<script>|<style>| style=| on\w+="/);
      const named = [...text.matchAll(/(?:src|href)="(\/_fake\/[^"]+)"/g), ...text.matchAll(/from '\.\/([^']+)'/g)];
      for (const [, name = ''] of named) await visit(name.startsWith('/') ? name : `/_fake/page/${name}`);
    };
    await visit('/_fake');
    expect([...seen]).toEqual(
      expect.arrayContaining(['/_fake/page/page.css', '/_fake/page/icon.svg', '/_fake/page/page.mjs']),
    );
    expect((await test.request('GET', '/_fake/page/page.mjs')).headers.get('content-type')).toMatch('text/javascript');
    expect((await test.request('GET', '/_fake/')).status).toBe(200);
  });

  it('has a field for every delay that was measured', async () => {
    await using test = await startFake();
    const { body } = await test.request('GET', '/_fake');
    const [form = ''] = /<form id="delays-form"[^]*?<\/form>/.exec(String(body)) ?? [];
    const fields = [...form.matchAll(/<input name="(\w+)"/g)].map(([, name]) => name);
    expect(fields.sort()).toEqual(Object.keys(measuredDelays).sort());
  });

  it.each(['nothing.mjs', '..%2fpage-routes.ts', 'page-routes.ts', '%2e%2e%2f%2e%2e%2fmain.ts'])(
    'serves nothing else: %s',
    async (file) => {
      await using test = await startFake();
      expect((await test.request('GET', `/_fake/page/${file}`)).status).toBe(404);
    },
  );

  it('gets the sites with their seats', async () => {
    await using test = await startFake();
    await test.createUser();
    const { body } = await test.request('GET', '/_fake/sites');
    const items = (body as { items: { id: string }[] }).items;
    expect(items.find(({ id }) => id === paris.id)).toMatchObject({
      customer_reference: 'Latchkey Paris',
      user_amount: 10_000,
      seats_taken: 2,
    });
  });

  it('gets a site with names for all that is in it', async () => {
    await using test = await startFake({ settings: { lock_spread_seconds: 60 } });
    const { user } = await test.createUser('ada@example.org');
    await test.paris('POST', `access_groups/${paris.groups.roomA}/users`, { user_id: user.id });
    await test.request('POST', `/_fake/locks/${paris.locks.roomA}/tap`, { user_id: user.id });
    const { body } = await test.request('GET', `/_fake/sites/${paris.id}`);
    expect(body).toMatchObject({
      people: {
        count: 2,
        found: 2,
        items: [{ name: 'Dora Doors' }, { name: 'Ada Lovelace', email: 'ada@example.org' }],
      },
      locks: [
        { customer_reference: 'Front door' },
        { customer_reference: 'Room A' },
        { customer_reference: 'Office 1' },
      ],
      entries: [{ who: 'Ada Lovelace', lock: 'Room A', event_category: 'lock_rejected' }],
    });
    const { access_groups } = body as { access_groups: { id: string; members: unknown }[] };
    expect(access_groups.find(({ id }) => id === paris.groups.roomA)?.members).toEqual({
      count: 1,
      items: [{ user_id: user.id, name: 'Ada Lovelace', is_known_at_lock: false }],
    });
    expect((await test.request('GET', '/_fake/sites/nowhere')).status).toBe(404);
  });

  it('says that a lock whose IQ is off line is not reached, though it is on line itself', async () => {
    await using test = await startFake();
    const locks = async () => {
      const { body } = await test.request('GET', `/_fake/sites/${paris.id}`);
      return (body as { locks: object[] }).locks;
    };
    expect(await locks()).toMatchObject(Array(3).fill({ online: true, is_reached: true }));
    await test.request('PATCH', `/_fake/iqs/${paris.iq}`, { online: false });
    expect(await locks()).toMatchObject(Array(3).fill({ online: true, is_reached: false }));
  });

  it('leaves everybody to choose from at a door while people are searched, whoever is found first', async () => {
    await using test = await startFake();
    for (let at = 0; at < 120; at += 1) await test.createUser(`person${at}@example.org`);
    const choices = async (search: string) => {
      const { body } = await test.request('GET', `/_fake/sites/${paris.id}?search=${search}`);
      return (body as { choices: { user_id: string; name: string }[] }).choices;
    };
    const all = await choices('nobody');
    expect(all).toHaveLength(100);
    expect(all[0]).toEqual({ user_id: administrator.id, name: 'Dora Doors' });
    expect((await choices('person119@')).slice(1)).toEqual(all);
  });

  it('finds people by name or e-mail, and shows a hundred of many', async () => {
    await using test = await startFake();
    for (let at = 0; at < 120; at += 1) await test.createUser(`person${at}@example.org`);
    const people = async (search: string) => {
      const { body } = await test.request('GET', `/_fake/sites/${paris.id}?search=${search}`);
      return (body as { people: { count: number; found: number; items: unknown[] } }).people;
    };
    const all = await people('');
    expect([all.count, all.found, all.items.length]).toEqual([121, 121, 100]);
    expect(await people('PERSON119@')).toMatchObject({
      count: 121,
      found: 1,
      items: [{ email: 'person119@example.org' }],
    });
    expect(await people('dora')).toMatchObject({ items: [{ name: 'Dora Doors' }] });
    expect(await people('nobody')).toMatchObject({ found: 0, items: [] });
  });
});

describe('the live feed of the page', () => {
  it('tells of calls, of entries, of the load, and of changes', async () => {
    await using test = await startFake();
    await using feed = await follow(test);
    await test.request('GET', '/v1.2/me');
    await test.request('POST', `/_fake/locks/${paris.locks.frontDoor}/tap`, { user_id: administrator.id });
    await until(() => feed.heard('entries').length > 0 && feed.heard('calls').length > 0);
    await until(() => callsHeard(feed).some(({ outcome }) => outcome === 'answer'));
    expect(callsHeard(feed).at(-1)).toMatchObject({ seq: 0, method: 'GET', path: '/v1.2/me', status: 200 });
    expect(feed.heard('load').at(-1)).toMatchObject({ calls: 1, largest_at_once: 1 });
    expect(feed.heard('entries')).toMatchObject([
      { items: [{ site_id: paris.id, entry: { user_id: administrator.id } }] },
    ]);
    await until(() => feed.heard('changed').length > 0);
  });

  it('tells of a call under way, and again once it is over', async () => {
    await using test = await startFake();
    test.fake.addFaults({ effect: { kind: 'delay', delay_ms: 400 } });
    await using feed = await follow(test);
    await test.request('GET', '/v1.2/me');
    await until(() => callsHeard(feed).length === 2);
    expect(callsHeard(feed)).toMatchObject([
      { seq: 0, outcome: 'pending' },
      { seq: 0, outcome: 'answer' },
    ]);
  });

  it('tells that a fault has hit, also where only something is read', async () => {
    await using test = await startFake();
    test.fake.addFaults({ effect: { kind: 'unavailable' } });
    await using feed = await follow(test);
    await test.request('GET', '/v1.2/me');
    await until(() => feed.heard('changed').length > 0);
  });

  it('leaves out what nobody could read', async () => {
    await using test = await startFake();
    await using feed = await follow(test);
    await Promise.all(Array.from({ length: 200 }, () => test.request('GET', '/v1.2/me')));
    const newest = () => Math.max(-1, ...callsHeard(feed).map(({ seq }) => seq));
    await until(() => newest() === 199);
    for (const { items } of feed.heard('calls') as { items: Call[] }[]) expect(items.length).toBeLessThanOrEqual(100);
  });
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demo } from '../demo-seed.ts';
import { acceptanceTarget } from './acceptance-target.ts';
import { must, observe, type Check } from './check.ts';
import { checkGroups } from './checks/all-checks.ts';
import { startConformingFake, type ConformingFake } from './fake-target.ts';
import { Lab } from './lab.ts';
import { reportTo, summary } from './report.ts';
import { runSuite } from './run-suite.ts';
import { complaintAbout, runCheck } from './run.ts';
import { outcome } from './seen.ts';
import { Session } from './session.ts';
import { sweep } from './sweep.ts';
import type { Target } from './target.ts';

const checks = checkGroups.flatMap((group) => group.checks);
const checkOf = (id: string) => checks.find((check) => check.id === id) as Check;
const quiet = { onGroup: () => undefined, onResult: () => undefined };

/** Whom and what the site of the suite holds. */
function contentOf({ fake }: ConformingFake) {
  const groups = fake.state.accessGroups.ofSite(demo.lab.id).map(({ id }) => id);
  return { groups, users: fake.state.siteUsers.ofSite(demo.lab.id).map(({ id }) => id) };
}

async function complaint(target: Target, id: string): Promise<string | undefined> {
  return complaintAbout(await runCheck(new Session(target), checkOf(id)), target);
}

describe('a check', () => {
  it('has an id of its own that begins with a word', () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z-]+\.[a-z]/);
  });

  it('fails where a fact is otherwise, and tells what was expected and what was seen', async () => {
    await using conforming = await startConformingFake();
    const body = { ErrorCode: 2200, Message: 'gone' };
    conforming.fake.addFaults({ method: 'DELETE', path: '/**/users/*', effect: { kind: 'answer', status: 410, body } });
    const { verdict, seen } = await runCheck(new Session(conforming.target), checkOf('seats.deleted'));
    expect({ verdict, seen }).toEqual({ verdict: 'deviates', seen: '0' });
    expect(await complaint(conforming.target, 'seats.deleted')).toBe('seats.deleted deviates: expected -1; saw 0');
    expect(await complaint({ ...conforming.target, isFake: false }, 'seats.deleted')).toContain('deviates');
  });

  it('of an open question fails the fake alone when it is not as guessed', async () => {
    await using conforming = await startConformingFake({
      repeated_member_change: 'fails',
      refresh_token_rotation: false,
    });
    const { target } = conforming;
    const real = { ...target, isFake: false };
    const addAgain = 'members.add-again not as guessed: expected 200, a member; saw 400 1101, a member';
    const rotation = 'identity.refresh.rotation not as guessed: expected another one; saw the same one';
    expect(await complaint(target, 'members.add-again')).toBe(addAgain);
    expect(await complaint(target, 'identity.refresh.rotation')).toBe(rotation);
    expect(await complaint(real, 'members.add-again')).toBeUndefined();
    const { verdict, seen } = await runCheck(new Session(real), checkOf('identity.refresh.rotation'));
    expect({ verdict, seen }).toEqual({ verdict: 'not as guessed', seen: 'the same one' });
  });

  it('of what Salto does now and then holds the fake to doing it', async () => {
    await using conforming = await startConformingFake({ user_spread_seconds: 0 });
    const { target } = conforming;
    for (const [id, refusal] of [
      ['users.not-arrived.group', '404 2202'],
      ['users.not-arrived.pin', '403 2203'],
    ] as const) {
      expect(await complaint(target, id)).toBe(`${id} deviates: expected ${refusal}, later 2xx; saw 2xx`);
      expect(await complaint({ ...target, isFake: false }, id)).toBeUndefined();
    }
  });

  it('accepts lists as bare arrays', async () => {
    const bare_array_lists = ['sites', 'users', 'access_groups', 'group_users', 'locks'] as const;
    await using conforming = await startConformingFake({ bare_array_lists: [...bare_array_lists] });
    for (const id of ['lists.users', 'lists.groups', 'lists.top', 'users.find-by-email', 'members.add', 'sites.locks'])
      expect(await complaint(conforming.target, id)).toBeUndefined();
  });

  it('that cannot be done is not verified, which is neither passed nor failed, but a failure of the fake', async () => {
    await using conforming = await startConformingFake();
    const target = { ...conforming.target, consent: undefined, seatsToFill: 0 };
    for (const id of ['consent.code', 'seats.full']) {
      const result = await runCheck(new Session(target), checkOf(id));
      expect(result.verdict).toBe('not verified');
      expect(result.seen).toMatch(/^needs /);
      expect(complaintAbout(result, { isFake: false })).toBeUndefined();
      expect(complaintAbout(result, { isFake: true })).toContain(`${id} not verified`);
    }
  });

  it('that gets no answer breaks off, and so fails, whatever it is about', async () => {
    await using conforming = await startConformingFake();
    conforming.fake.addFaults({ path: '/**/roles', effect: { kind: 'reset' } });
    for (const id of ['sites.roles', 'lists.count'])
      expect(await complaint({ ...conforming.target, isFake: false }, id)).toMatch(
        /broke off: .* saw no answer from 127\.0\.0\.1/,
      );
  });
});

describe('what a check makes', () => {
  it('is removed at its end, also when it failed', async () => {
    await using conforming = await startConformingFake({ user_delete_seconds: 0 });
    const before = contentOf(conforming);
    const see = async (lab: Lab) => {
      await lab.createGroup();
      await lab.createGuest();
      await lab.createUser();
      throw new Error('in the middle');
    };
    const check = must({ id: 'test.middle', fact: 'D', says: 'Fails in the middle.', expected: 'nothing', see });
    const { verdict, seen } = await runCheck(new Session(conforming.target), check);
    expect({ verdict, seen }).toEqual({ verdict: 'broke off', seen: 'in the middle' });
    await sweep(new Session(conforming.target)); // reading makes the fake forget whom it deleted
    expect(contentOf(conforming)).toEqual(before);
  });

  it('is swept up at the end of a run when it could not be removed, or its answer was lost', async () => {
    await using conforming = await startConformingFake({ user_delete_seconds: 0 });
    const before = contentOf(conforming);
    conforming.fake.addFaults(
      { method: 'DELETE', path: '/**/access_groups/*', times: 1, effect: { kind: 'unavailable' } },
      { method: 'POST', path: '/**/users', times: 1, effect: { kind: 'reset', write: 'applied' } },
    );
    const see = async (lab: Lab) => {
      await lab.createGroup();
      return outcome(await lab.askForUser());
    };
    const check = observe({ id: 'test.lost', says: 'Is anything left?', guess: '201', see });
    const { results, swept } = await runSuite(conforming.target, [{ title: 'Test', checks: [check] }], quiet);
    expect(results).toMatchObject([{ verdict: 'broke off' }]);
    expect(swept).toBe(2);
    expect(await sweep(new Session(conforming.target))).toBe(0);
    expect(contentOf(conforming)).toEqual(before);
  });

  it('is all that it can change: the call is not even made', async () => {
    await using conforming = await startConformingFake();
    const lab = new Lab(new Session(conforming.target));
    const group = await lab.createGroup();
    const [foreign] = contentOf(conforming).users;
    const { frontDoor } = demo.lab.groups;
    const calls = [
      () => lab.site('DELETE', `access_groups/${frontDoor}`),
      () => lab.site('PATCH', `users/${foreign}`, { blocked: true }),
      () => lab.site('POST', `access_groups/${frontDoor}/users`, { user_id: demo.administrator.id }),
      () => lab.site('POST', `access_groups/${group}/users`, { user_id: demo.administrator.id }),
      () => lab.site('DELETE', `access_groups/${group}/users/${demo.administrator.id}`),
      () => lab.site('PATCH', `locks/${demo.lab.locks.roomA}/locking`, { locked_state: 'unlocked' }),
      () => lab.site('POST', 'locks', {}),
      () => lab.site('PATCH', ''),
      () => lab.atAnotherSite('PATCH', `users/${foreign}`, {}),
    ];
    const { added } = conforming.fake.calls;
    for (const call of calls) await expect(call()).rejects.toThrow('is about what this check did not create');
    expect(conforming.fake.calls.added).toBe(added);
    await lab.cleanUp();
  });
});

describe('a run', () => {
  it('makes no more calls in a second than it may', async () => {
    await using conforming = await startConformingFake();
    const sites = checkGroups.filter(({ title }) => title.startsWith('Sites'));
    await runSuite({ ...conforming.target, requestsPerSecond: 10 }, sites, quiet);
    const { calls, largest_per_second } = conforming.fake.load.report().total;
    expect(calls).toBeGreaterThan(15);
    expect(largest_per_second).toBeLessThanOrEqual(10);
  });

  it('waits where Salto says that there were too many calls', async () => {
    await using conforming = await startConformingFake();
    const at = { path: '/v1.2/sites', effect: { kind: 'rate_limit', retry_after_seconds: 0 } } as const;
    conforming.fake.addFaults({ ...at, times: 2 });
    expect(await complaint(conforming.target, 'sites.list')).toBeUndefined();
  });

  it('outlasts its access token', async () => {
    await using conforming = await startConformingFake({ token_lifetime_seconds: 30 });
    const session = new Session(conforming.target);
    for (const id of ['sites.list', 'sites.roles'])
      expect(complaintAbout(await runCheck(session, checkOf(id)), conforming.target)).toBeUndefined();
    expect(conforming.fake.calls.matching(({ path }) => path === '/connect/token').length).toBeGreaterThan(1);
  });

  it('ends at once when it is not let in, before an account is locked', async () => {
    await using conforming = await startConformingFake();
    const target = { ...conforming.target, signIn: { user: 'nobody@latchkey.example', password: 'wrong' } };
    await expect(runSuite(target, checkGroups, quiet)).rejects.toThrow('signing in was answered 400 invalid_grant');
    expect(conforming.fake.calls.matching(({ path }) => path === '/connect/token')).toHaveLength(1);
  });

  it('is told as it goes, and counted at the end by how each check ended', async () => {
    await using conforming = await startConformingFake();
    const lines: string[] = [];
    const title = 'Some';
    const some = ['caller.no-token', 'sites.unknown', 'caller.stale-token'].map(checkOf);
    const run = await runSuite(
      { ...conforming.target, staleToken: undefined },
      [{ title, checks: some }],
      reportTo((line) => lines.push(line)),
    );
    expect(lines.join('\n')).toContain(
      '\nSome\n  holds          [C] caller.no-token: A call without a token is 401.\n',
    );
    expect(lines.join('\n')).toMatch(
      /as guessed {5}\[\?\] sites\.unknown: .*\n +guessed: 404 2200\n +seen: 404 2200$/m,
    );
    expect(summary('it', run)).toBe('conformance against it: 1 holds, 1 as guessed, 1 not verified');
  });
});

describe('a refresh token in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is replaced by the newest one, so that the next run can begin with it', async () => {
    await using conforming = await startConformingFake();
    const { fake, target } = conforming;
    const first = await new Session(target).tokens.byPassword('user_api.full_access offline_access');
    const { refresh_token } = first.body as { refresh_token: string };
    const file = join(folder, 'token');
    await writeFile(file, `${refresh_token}\n`);
    const environment = {
      SALTO_CONFORMANCE_IDENTITY_URL: fake.url,
      SALTO_CONFORMANCE_API_URL: fake.url,
      SALTO_CONFORMANCE_HUB_URL: fake.url,
      SALTO_CONFORMANCE_CLIENT_ID: demo.client.id,
      SALTO_CONFORMANCE_CLIENT_SECRET: demo.client.secret,
      SALTO_CONFORMANCE_REFRESH_TOKEN_FILE: file,
      SALTO_CONFORMANCE_SITE_ID: demo.lab.id,
    };
    for (const run of ['a run', 'the next run']) {
      const byFile = acceptanceTarget(environment) as Target;
      const { verdict } = await runCheck(new Session(byFile), checkOf('sites.list'));
      expect([run, verdict]).toEqual([run, 'holds']);
    }
    expect(await readFile(file, 'utf8')).not.toContain(refresh_token);
    const spending = await runCheck(
      new Session(acceptanceTarget(environment) as Target),
      checkOf('identity.revocation'),
    );
    expect(spending).toMatchObject({ verdict: 'not verified', seen: 'needs user and password' });
  });
});

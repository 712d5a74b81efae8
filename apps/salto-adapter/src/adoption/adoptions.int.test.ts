import { randomUUID } from 'node:crypto';
import type { AdoptionRequest, GroupPeople, InspectedAccessGroup } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { acceptedNonsense, bodyOf, eventually, type ProblemBody } from '@latchkey/test-kit';
import { PairLocks } from '../access/pair-lock.ts';
import { AdoptionStage, office1, pathOf, roomA, siteId } from '../testing/adoption-stage.ts';
import { locations, type CallerName } from '../testing/connect-stage.ts';

let at: AdoptionStage;

beforeAll(async () => {
  at = await AdoptionStage.create();
});
afterAll(() => at.stage.rig.close());
beforeEach(() => at.reset());

interface Member {
  readonly memberId: string;
  readonly saltoUserId: string;
}
const adopt = ({ memberId, saltoUserId }: Member) => ({ saltoUserId, memberId, decision: 'adopt' as const });
const leave = (saltoUserId: string) => ({ saltoUserId, decision: 'leave' as const });
const look = () => at.checks.lookAtGroup({ version: 1, siteId, groupId: roomA, withLint: false });

/** A revision of a member, as its workflow would send it. */
const apply = (memberId: string, n: number, groups: readonly string[]) =>
  at.access.apply({
    version: 1,
    siteId,
    memberId,
    revision: { epoch: 1, n },
    groups: groups.map((id) => ({ id, until: null })),
    removals: [],
    urgency: 2,
    entitlement: { kind: 'manual', id: memberId },
  });

describe('the people of a group', () => {
  it('are listed from all of Salto’s pages, each with its match, or why there is none', async () => {
    at.stage.rig.fake.set({ page_size: 2 });
    const [ada, unproved] = [await at.member(), await at.member({ isEmailVerified: false })];
    const [stranger, guest] = [await at.somebody(), await at.somebody(undefined, 'site_guest')];
    at.byHand('add', demo.administrator.id);
    const people = await at.people();
    at.stage.rig.fake.set({ page_size: 100 });
    const seen = [...people.values()].map(({ saltoUserId, match, obstacle }) => [saltoUserId, match, obstacle]);
    expect(seen).toEqual([
      [ada.saltoUserId, { memberId: ada.memberId, isLinked: false }, null],
      [unproved.saltoUserId, null, 'email_not_verified'],
      [stranger, null, 'no_person_with_this_email'],
      [guest, null, 'no_person_with_this_email'],
      [demo.administrator.id, null, 'role_above_user'],
    ]);
    expect(people.get(ada.saltoUserId)).toMatchObject({
      alias: 'Ada Byron',
      email: expect.stringContaining('@') as string,
      roles: ['site_user'],
      subscriptionState: 'subscribed',
      isBlocked: false,
      expiresAt: null,
      membership: 'foreign',
    });
  });

  it('show who is blocked, expired or without a seat', async () => {
    const id = await at.somebody();
    const user = at.stage.rig.fake.state.siteUsers.ofAccount(siteId, id)!;
    Object.assign(user, { blocked: true, expires_at: '2026-01-31T12:00:00Z', subscription_state: 'suspended' });
    expect((await at.people()).get(id)).toMatchObject({
      isBlocked: true,
      expiresAt: '2026-01-31T12:00:00.000Z',
      subscriptionState: 'suspended',
    });
  });

  it('are not matched with people of other locations', async () => {
    const email = `${randomUUID()}@members.example`;
    at.stage.rig.people.set(randomUUID(), { email, memberOf: [locations.elsewhere] });
    const id = await at.somebody(email);
    expect((await at.people()).get(id)?.obstacle).toBe('no_person_with_this_email');
  });

  it('say whose the memberships are', async () => {
    const [ada, bob, cem] = [await at.member(), await at.member(), await at.somebody()];
    await at.outcomes({ decisions: [adopt(ada), leave(cem)] });
    // Latchkey makes a membership of its own for somebody whom it knows.
    await at.outcomes({ decisions: [adopt(bob)] });
    at.byHand('remove', bob.saltoUserId);
    await look();
    await apply(bob.memberId, 1, [roomA]);
    const people = await at.people();
    const memberships = [ada.saltoUserId, bob.saltoUserId, cem].map((id) => people.get(id)?.membership);
    expect(memberships).toEqual(['adopted', 'ours', 'left']);
  });

  it('cannot be listed of a group that there is not, or while others do not answer', async () => {
    const list = (groupId: string) => at.stage.as('ada').get<ProblemBody>(`${pathOf(groupId)}/people`);
    expect(await list(randomUUID())).toMatchObject({ status: 404, body: { code: 'access_group_not_found' } });
    await at.somebody();
    at.stage.rig.down.add('gateway');
    expect(await list(roomA)).toMatchObject({ status: 503, body: { code: 'billing_gateway_unavailable' } });
    at.stage.rig.fake.addFaults({ path: '/v1.2/**', times: 1, effect: { kind: 'unavailable' } });
    expect(await list(roomA)).toMatchObject({ status: 503, body: { code: 'salto_unavailable' } });
  });
});

test('people of a group at a site that locations share are decided about where they are known', async () => {
  await at.stage.connect({ confirmations: ['share_site'] }, locations.alsoOurs);
  const path = `/v1/connections/${locations.alsoOurs}/access-groups/${roomA}`;
  const ada = await at.member();
  await at.outcomes({ decisions: [adopt(ada)] });
  at.byHand('add', ada.saltoUserId, office1);
  await at.stage.rig.pool.query('INSERT INTO person (member_id, member_of) VALUES ($1, $2)', [
    ada.memberId,
    [locations.alsoOurs],
  ]);
  const elsewhere = { match: null, obstacle: 'of_another_location', alias: null, email: null };
  expect((await at.people()).get(ada.saltoUserId)).toMatchObject({ ...elsewhere, membership: 'adopted' });
  for (const decision of [adopt(ada), leave(ada.saltoUserId)]) {
    expect(await at.outcomes({ decisions: [decision] }, 'dina', office1)).toEqual({
      [ada.saltoUserId]: 'of_another_location',
    });
  }
  const there = bodyOf(await at.stage.as('ada').get<GroupPeople>(`${path}/people`)).items;
  expect(there).toMatchObject([{ match: { memberId: ada.memberId, isLinked: true }, obstacle: null }]);
});

describe('a preview', () => {
  it('tells what would become of each, whether Latchkey would then remove it, and writes nothing', async () => {
    const [ada, bob, stranger] = [await at.member(), await at.member(), await at.somebody()];
    at.stage.rig.entitled.add(ada.memberId);
    const { body } = await at.decide({ all: 'adopt', dryRun: true });
    const common = { refusal: null, outcome: 'adopted', isNewLink: true };
    expect(body).toEqual({
      isDryRun: true,
      items: [
        { ...common, ...ada, isEntitled: true },
        { ...common, ...bob, isEntitled: false },
        {
          saltoUserId: stranger,
          outcome: 'refused',
          refusal: 'no_person_with_this_email',
          memberId: null,
          isNewLink: false,
          isEntitled: null,
        },
      ],
    });
    for (const table of ['salto_user', 'group_intent', 'adoption']) expect(await at.count(table)).toBe(0);
    expect(at.stage.rig.checked).toEqual([]);
    expect(at.stage.rig.fake.calls.matching(({ method, path }) => method !== 'GET' && path.includes(roomA))).toEqual(
      [],
    );
  });

  it('is not given while access-service does not tell who is entitled; decisions need it not', async () => {
    const ada = await at.member();
    at.stage.rig.down.add('access-service');
    expect(await at.decide({ all: 'adopt', dryRun: true })).toMatchObject({
      status: 503,
      body: { code: 'access_service_unavailable' },
    });
    expect(await at.outcomes({ decisions: [adopt(ada)] })).toEqual({ [ada.saltoUserId]: 'adopted' });
  });
});

describe('who is adopted', () => {
  it('is linked and ours, changed in nothing, and the site is checked at once', async () => {
    const ada = await at.member();
    expect(await at.outcomes({ decisions: [adopt(ada)] })).toEqual({ [ada.saltoUserId]: 'adopted' });
    const { rows } = await at.stage.rig.pool.query('SELECT member_id, platform_id, origin FROM salto_user');
    expect(rows).toEqual([{ member_id: ada.memberId, platform_id: ada.saltoUserId, origin: 'linked' }]);
    expect(at.isInGroup(ada.saltoUserId)).toBe(true);
    expect(at.stage.rig.checked).toEqual([locations.ours]);
    expect((await look()).members).toEqual([{ memberId: ada.memberId, isOurs: true, isQuarantined: false }]);
  });

  it('is removed by the next revision that does not want it, and kept by one that does', async () => {
    const [ada, bob] = [await at.member(), await at.member()];
    await at.outcomes({ all: 'adopt' });
    await apply(ada.memberId, 1, [roomA]);
    await apply(bob.memberId, 1, []);
    expect([at.isInGroup(ada.saltoUserId), at.isInGroup(bob.saltoUserId)]).toEqual([true, false]);
    // What was adopted is as ours as what we made.
    await apply(ada.memberId, 2, []);
    expect(at.isInGroup(ada.saltoUserId)).toBe(false);
  });

  it('can have been left before', async () => {
    const ada = await at.member();
    await at.outcomes({ all: 'leave' });
    expect(await at.outcomes({ decisions: [adopt(ada)] })).toEqual({ [ada.saltoUserId]: 'adopted' });
  });

  it('has what was blocked for its link tried again, where that was proposed', async () => {
    const ada = await at.member();
    await at.stage.rig.pool.query(
      `INSERT INTO link_proposal (site_id, member_id, site_user_id, platform_id, shown, found_at)
       VALUES ($1, $2, 'x', $3, 'sealed', now())`,
      [siteId, ada.memberId, ada.saltoUserId],
    );
    await at.outcomes({ decisions: [adopt(ada)] });
    const events = (await at.stage.events()).map(({ data }) => data);
    expect(events).toMatchObject([{ memberId: ada.memberId, decision: 'link' }]);
    expect(await at.count('link_proposal')).toBe(0);
  });

  it('has it tried again also where nothing was proposed, as for an e-mail that was not verified', async () => {
    const [ada, bob] = [await at.member(), await at.member()];
    await at.outcomes({ decisions: [adopt(ada)] });
    const told = async () => (await at.stage.events()).map(({ version, data }) => [version, data]);
    expect(await told()).toMatchObject([['1', { siteId, memberId: ada.memberId, decision: 'link' }]]);
    // Who is linked already waits for nothing.
    await at.outcomes({ decisions: [adopt(ada), leave(bob.saltoUserId)] });
    expect(await told()).toHaveLength(1);
  });

  it('leaves no name and no e-mail in what is stored or told', async () => {
    const ada = await at.member();
    await at.outcomes({ decisions: [adopt(ada)] });
    for (const table of ['adoption', 'salto_user', 'group_intent', 'outbox_message']) {
      const { rows } = await at.stage.rig.pool.query(`SELECT * FROM ${table}`);
      expect(JSON.stringify(rows)).not.toMatch(/byron|@members/i);
    }
  });
});

describe('who is left', () => {
  it('stays, is not listed as undecided, and is no trouble of the group any more', async () => {
    const [ada, stranger] = [await at.member(), await at.somebody()];
    expect((await look()).foreignUserIds).toHaveLength(2);
    expect(await at.outcomes({ all: 'leave' })).toEqual({ [ada.saltoUserId]: 'left', [stranger]: 'left' });
    expect((await look()).foreignUserIds).toEqual([]);
    expect(await at.outcomes({ all: 'adopt' })).toEqual({});
    const group = await at.stage.as('ada').get<InspectedAccessGroup>(pathOf(roomA));
    expect(group.body).toMatchObject({ memberCount: 2, foreignCount: 0, problems: [] });
    expect([at.isInGroup(ada.saltoUserId), at.isInGroup(stranger)]).toEqual([true, true]);
    expect(await at.count('salto_user')).toBe(0);
  });

  it('is left also where it is a member of ours whom somebody else put there', async () => {
    const ada = await at.member();
    await at.outcomes({ decisions: [adopt(ada)] });
    at.byHand('add', ada.saltoUserId, office1);
    const path = `${pathOf(office1)}/adoptions`;
    await at.stage.as('ada').post(path, { all: 'leave' });
    const office = () => at.checks.lookAtGroup({ version: 1, siteId, groupId: office1, withLint: false });
    expect((await office()).members).toEqual([
      { memberId: ada.memberId, isOurs: false, isQuarantined: false, isLeft: true },
    ]);
    await apply(ada.memberId, 1, []);
    expect((await office()).members).toHaveLength(1);
  });

  it('is decided about anew when it was gone in between', async () => {
    const stranger = await at.somebody();
    await at.outcomes({ all: 'leave' });
    at.byHand('remove', stranger);
    await look();
    at.byHand('add', stranger);
    expect((await at.people()).get(stranger)?.membership).toBe('foreign');
  });

  it('is so too by a decision about a finding of the checks', async () => {
    const ada = await at.member();
    await at.outcomes({ decisions: [adopt(ada)] });
    await at.checks.setOwnership({ version: 1, siteId, memberId: ada.memberId, groupId: roomA, isOurs: false });
    expect((await at.people()).get(ada.saltoUserId)?.membership).toBe('left');
  });
});

test('a finding about a member who has become an administrator of the site is not adopted', async () => {
  const ada = await at.member();
  await at.outcomes({ decisions: [adopt(ada)] });
  at.byHand('add', ada.saltoUserId, office1);
  const own = (isOurs: boolean) =>
    at.checks.setOwnership({ version: 1, siteId, memberId: ada.memberId, groupId: office1, isOurs });
  const user = at.stage.rig.fake.state.siteUsers.ofAccount(siteId, ada.saltoUserId)!;
  user.role_codes = ['site_admin'];
  await expect(own(true)).rejects.toMatchObject({ code: 'user_out_of_reach' });
  expect(await at.checks.ownGroups({ version: 1, siteId })).toEqual([roomA]);
  user.role_codes = ['site_user'];
  await own(true);
  expect(await at.checks.ownGroups({ version: 1, siteId })).toEqual([roomA, office1].sort());
});

describe('a decision is refused for itself', () => {
  it('where the person has gone, is somebody else’s by now, or is ours already', async () => {
    const [ada, bob, cem, dan] = [await at.member(), await at.member(), await at.member(), await at.member()];
    await at.outcomes({ decisions: [adopt(cem)] });
    at.byHand('remove', bob.saltoUserId);
    const decisions = [
      { ...adopt(ada), memberId: randomUUID() },
      adopt(bob),
      leave(cem.saltoUserId),
      adopt(dan),
      leave('nobody'),
    ];
    expect(await at.outcomes({ decisions })).toEqual({
      [ada.saltoUserId]: 'match_changed',
      [bob.saltoUserId]: 'not_in_group',
      [cem.saltoUserId]: 'membership_is_ours',
      [dan.saltoUserId]: 'adopted',
      nobody: 'not_in_group',
    });
  });

  it('where the user administers the site, whatever its e-mail says', async () => {
    const memberId = randomUUID();
    at.stage.rig.people.set(memberId, { email: demo.administrator.email, memberOf: [locations.ours] });
    at.byHand('add', demo.administrator.id);
    const decisions = [adopt({ memberId, saltoUserId: demo.administrator.id })];
    expect(await at.outcomes({ decisions })).toEqual({ [demo.administrator.id]: 'role_above_user' });
    expect(await at.count('salto_user')).toBe(0);
  });

  it('where the member has another user, or an administrator said that this is not the member’s', async () => {
    const [ada, bob] = [await at.member(), await at.member()];
    const { pool } = at.stage.rig;
    await pool.query(
      `INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
       VALUES ($1, $2, 'x', 'other', 'created', true, now())`,
      [siteId, ada.memberId],
    );
    await pool.query(
      `INSERT INTO link_proposal (site_id, member_id, site_user_id, platform_id, shown, found_at, decision)
       VALUES ($1, $2, 'x', $3, 'sealed', now(), 'refuse')`,
      [siteId, bob.memberId, bob.saltoUserId],
    );
    expect(await at.outcomes({ decisions: [adopt(ada), adopt(bob)] })).toEqual({
      [ada.saltoUserId]: 'member_has_another_user',
      [bob.saltoUserId]: 'link_refused',
    });
  });

  it('while an attempt holds the pair, and is followed when it is made again', async () => {
    const [ada, bob] = [await at.member(), await at.member()];
    const request = { decisions: [adopt(ada), adopt(bob)] };
    await new PairLocks(at.stage.rig.pool).hold({ siteId, memberId: ada.memberId }, async () => {
      expect(await at.outcomes(request)).toEqual({ [ada.saltoUserId]: 'pair_busy', [bob.saltoUserId]: 'adopted' });
    });
    expect(await at.outcomes(request)).toEqual({ [ada.saltoUserId]: 'adopted', [bob.saltoUserId]: 'adopted' });
  });
});

describe('repeated', () => {
  it('decisions that were interrupted are completed', async () => {
    const [ada, bob] = [await at.member(), await at.member()];
    const request = { decisions: [adopt(ada), adopt(bob)] };
    await at.outcomes(request);
    // As they are after a crash: one linked and no more, of the other the decision alone is stored beside its link.
    await at.stage.rig.pool.query('DELETE FROM group_intent');
    await at.stage.rig.pool.query('DELETE FROM adoption WHERE platform_id = $1', [ada.saltoUserId]);
    const people = await at.people();
    expect([ada, bob].map(({ saltoUserId }) => people.get(saltoUserId)?.membership)).toEqual(['foreign', 'foreign']);
    await at.outcomes(request);
    const { members } = await look();
    expect(members.map(({ memberId, isOurs }) => [memberId, isOurs])).toEqual(
      expect.arrayContaining([
        [ada.memberId, true],
        [bob.memberId, true],
      ]),
    );
  });

  it('decisions change nothing, at the same moment too', async () => {
    const [ada, stranger] = [await at.member(), await at.somebody()];
    const request = { decisions: [adopt(ada), leave(stranger)] };
    const expected = { [ada.saltoUserId]: 'adopted', [stranger]: 'left' };
    const answers = await Promise.all([at.outcomes(request), at.outcomes(request)]);
    expect([...answers, await at.outcomes(request)]).toEqual([expected, expected, expected]);
    expect(await at.count('salto_user')).toBe(1);
  });
});

test('a user that becomes another member’s before the pair is locked is not linked twice', async () => {
  const ada = await at.member();
  const { pool } = at.stage.rig;
  let outcomes: Promise<Record<string, string>> | undefined;
  await new PairLocks(pool).hold({ siteId, memberId: ada.memberId }, async () => {
    outcomes = at.outcomes({ decisions: [adopt(ada)] });
    await eventually(async () => {
      const waiting = `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`;
      expect((await pool.query(waiting)).rowCount).toBe(1);
    });
    const user = at.stage.rig.fake.state.siteUsers.ofAccount(siteId, ada.saltoUserId);
    await pool.query(
      `INSERT INTO salto_user (site_id, member_id, site_user_id, platform_id, origin, has_seat, linked_at)
       VALUES ($1, $2, $3, $4, 'linked', true, now())`,
      [siteId, randomUUID(), user?.id, ada.saltoUserId],
    );
  });
  expect(await outcomes).toEqual({ [ada.saltoUserId]: 'linked_to_another_member' });
  expect(await at.count('group_intent')).toBe(0);
});

const routes = [
  {
    method: 'GET',
    route: '/v1/connections/:locationId/access-groups/:groupId/people',
    path: `${pathOf(roomA)}/people`,
  },
  {
    method: 'POST',
    route: '/v1/connections/:locationId/access-groups/:groupId/adoptions',
    path: `${pathOf(roomA)}/adoptions`,
    body: { decisions: [leave('nobody')], dryRun: true },
  },
] as const;

test.each<[CallerName, number, string]>([
  ['none', 401, 'token_missing'],
  ['unbound', 403, 'account_not_bound'],
  ['chloe', 403, 'role_missing'],
  ['bruno', 404, 'connection_not_found'],
  ['operator', 403, 'role_missing'],
  ['reader', 403, 'role_missing'],
])('%s reaches nothing: %i %s', async (caller, status, code) => {
  for (const { method, path, ...rest } of routes) {
    const body = 'body' in rest ? rest.body : undefined;
    const answer = await at.stage.as(caller).send<ProblemBody>(method, path, body);
    expect(answer).toMatchObject({ status, body: { code } });
  }
});

test('nonsense is refused with a clear 4xx', async () => {
  const refused = await Promise.all(routes.map((route) => acceptedNonsense(at.stage.as('ada'), route)));
  expect(refused.flat()).toEqual([]);
});

test.each<[string, Partial<AdoptionRequest>]>([
  ['nothing', {}],
  ['both', { all: 'adopt', decisions: [leave('x')] }],
  ['nobody', { decisions: [] }],
  ['somebody twice', { decisions: [leave('x'), leave('x')] }],
  ['to adopt without a member', { decisions: [{ saltoUserId: 'x', decision: 'adopt' }] }],
])('a request that names %s is refused', async (_, request) => {
  expect(await at.decide(request)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
});

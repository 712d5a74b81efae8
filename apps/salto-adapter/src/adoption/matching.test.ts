import fc from 'fast-check';
import { matchOf, type Evidence, type PersonByEmail } from './matching.ts';

const memberId = '11111111-1111-4111-8111-111111111111';
const email = 'ada@members.example';

const user = (roles: string[] = ['site_user'], address: string | null = email): NonNullable<Evidence['user']> => ({
  id: 'site-user',
  user: { id: 'platform-user', email: address },
  roles: roles.map((code) => ({ code })),
});
const person = (change: Partial<PersonByEmail> = {}): PersonByEmail => ({
  memberId,
  isEmailVerified: true,
  contactVersion: 1,
  hasAnotherUser: false,
  isRefused: false,
  ...change,
});
const matched = (evidence: Partial<Evidence>) =>
  matchOf({ user: user(), linkedTo: undefined, person: undefined, ...evidence });

test('a user is the member’s by its link, and without one by a verified e-mail', () => {
  expect(matched({ linkedTo: memberId })).toEqual({ match: { memberId, isLinked: true }, obstacle: null });
  expect(matched({ person: person() })).toEqual({ match: { memberId, isLinked: false }, obstacle: null });
});

test('a link counts more than an e-mail', () => {
  const other = person({ memberId: '22222222-2222-4222-8222-222222222222' });
  expect(matched({ linkedTo: memberId, person: other }).match).toEqual({ memberId, isLinked: true });
});

test.each([
  ['that the site does not list', { user: undefined, person: person() }, 'user_unknown'],
  ['without roles yet', { user: user([]), person: person() }, 'role_unknown'],
  [
    'that is linked to a member of another location',
    { linkedTo: memberId, isOfOthers: true, person: person() },
    'of_another_location',
  ],
  ['who administers the site', { user: user(['site_admin']), person: person() }, 'role_above_user'],
  ['with a role above user beside', { user: user(['site_user', 'site_manager']), person: person() }, 'role_above_user'],
  ['without an e-mail', { user: user(['site_guest'], null) }, 'no_email'],
  ['whose e-mail nobody has', {}, 'no_person_with_this_email'],
  ['whose e-mail nobody proved to own', { person: person({ isEmailVerified: false }) }, 'email_not_verified'],
  ['whose member has another user', { person: person({ hasAnotherUser: true }) }, 'member_has_another_user'],
  ['who is not the member, as somebody said', { person: person({ isRefused: true }) }, 'link_refused'],
] as const)('a user %s matches nobody', (_, evidence, obstacle) => {
  expect(matched(evidence)).toEqual({ match: null, obstacle });
});

test('an administrator of the site is not adopted where it is linked either', () => {
  const { match, obstacle } = matched({ user: user(['site_owner']), linkedTo: memberId });
  expect([match?.memberId, obstacle]).toEqual([memberId, 'role_above_user']);
});

const anything: fc.Arbitrary<Evidence> = fc.record({
  user: fc.option(
    fc
      .tuple(
        fc.uniqueArray(fc.constantFrom('site_user', 'site_guest', 'site_admin', 'x')),
        fc.option(fc.constant(email)),
      )
      .map(([roles, address]) => user(roles, address)),
    { nil: undefined },
  ),
  linkedTo: fc.option(fc.constant(memberId), { nil: undefined }),
  person: fc.option(
    fc
      .record({ isEmailVerified: fc.boolean(), hasAnotherUser: fc.boolean(), isRefused: fc.boolean() })
      .map((change) => person(change)),
    { nil: undefined },
  ),
});

test('whatever is known, only a user without a role above and with a link or a verified e-mail can be adopted', () => {
  fc.assert(
    fc.property(anything, (evidence) => {
      const { match, obstacle } = matchOf(evidence);
      if (obstacle !== null) return;
      expect(match).not.toBeNull();
      expect(evidence.user?.roles.every(({ code }) => ['site_user', 'site_guest'].includes(code))).toBe(true);
      if (evidence.linkedTo === undefined) {
        expect(evidence.person).toMatchObject({ isEmailVerified: true, hasAnotherUser: false, isRefused: false });
      }
    }),
  );
});

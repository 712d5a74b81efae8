import type { ApplyResult, GroupLook } from '@latchkey/access-workflows';
import type { FailureCode } from '@latchkey/contracts';
import type { Call, FaultRuleInput } from '@latchkey/fake-salto-ks';
import { AttemptFailed } from '../../access/failures.ts';
import type { Meeting, OperationName } from './cell.ts';
import { desks, office1, roomA, siteId } from './matrix-rig.ts';
import type { Stage } from './stage.ts';

/** What came of an operation. */
export interface Seen {
  readonly met: Meeting;
  readonly code?: FailureCode;
  /** When to come back, epoch ms. */
  readonly retryAt?: number | undefined;
}

export interface Play {
  /** The call that a fault hits. */
  readonly call: Omit<FaultRuleInput, 'effect'>;
  /** The requests that change something. */
  readonly isWrite: (call: Call) => boolean;
  /** How it is before the operation. */
  arrange(stage: Stage): Promise<void>;
  /** The operation, once, by the way that workflows go. @param isRetried an administrator wants it tried again */
  run(stage: Stage, isRetried: boolean): Promise<Seen>;
  /** What must be at Salto and in our rows when all is over. */
  expectDone(stage: Stage): Promise<void>;
}

const USERS = `/v1.2/sites/${siteId}/users`;
const ROOM_A = `/v1.2/sites/${siteId}/access_groups/${roomA}/users`;

const isCreation = ({ method, path }: Call) => method === 'POST' && path === USERS;
const isAdd = ({ method, path }: Call) => method === 'POST' && path === ROOM_A;
const isRemoval = ({ method, path }: Call) => method === 'DELETE' && path.includes('/access_groups/');
const isTokenRequest = ({ path }: Call) => path === '/connect/token';

const wanted = { groups: [{ id: roomA, until: null }], removals: [] };

function open(stage: Stage, isRetried: boolean): Promise<Seen> {
  return seenOf(stage.apply({ ...wanted, isRetried }));
}

/** What is ours can be removed, and then nothing of ours is left; others' memberships are as they were. */
async function expectOurs(stage: Stage): Promise<void> {
  expect(new Set(stage.groups())).toEqual(new Set([roomA, ...stage.byOthers]));
  stage.revise();
  expect(await stage.apply({ groups: [], removals: [{ id: roomA }] })).toMatchObject({ kind: 'confirmed' });
  expect(stage.groups()).toEqual(stage.byOthers);
}

/** The member has one user, and nobody else who has its e-mail is in any group. */
async function expectOneUser(stage: Stage): Promise<void> {
  const { platformId } = (await stage.linked()) ?? {};
  const ids = stage.users().map(({ user_id: id }) => id);
  const strangers = ids.filter((id) => id !== platformId);
  expect(ids.length - strangers.length).toBe(1);
  expect(strangers).toHaveLength(stage.strangers);
  expect(strangers.flatMap((id) => stage.rig.groupsOf(id))).toEqual([]);
}

async function prepared(stage: Stage): Promise<void> {
  await stage.prepare();
  stage.byHand('add', desks);
}

const token: Play = {
  call: { operation: 'refresh_token' },
  isWrite: isTokenRequest,
  arrange: async (stage) => {
    await stage.rig.reconnect();
    await stage.rig.expireToken();
  },
  run: (stage) => seenOf(stage.token()),
  expectDone: async (stage) => {
    await stage.readSite();
    expect(await stage.rig.connectionStatus()).toBe('connected');
  },
};

export const plays: Readonly<Record<OperationName, Play>> = {
  link: {
    call: { method: 'GET', path: USERS },
    isWrite: isCreation,
    arrange: async (stage) => {
      stage.foreignUser();
      await stage.apply(wanted);
      await stage.confirmLink();
      stage.revise();
    },
    run: open,
    expectDone: async (stage) => {
      await expectOneUser(stage);
      const isMade = stage.calls(isCreation) > 0;
      expect(await stage.linked()).toMatchObject({ origin: isMade ? 'created' : 'linked' });
      await expectOurs(stage);
    },
  },
  create: {
    call: { method: 'POST', path: USERS },
    isWrite: isCreation,
    arrange: () => Promise.resolve(),
    run: open,
    expectDone: async (stage) => {
      await expectOneUser(stage);
      expect(await stage.linked()).toMatchObject({ origin: 'created' });
      await expectOurs(stage);
    },
  },
  add: {
    call: { method: 'POST', path: ROOM_A },
    isWrite: isAdd,
    arrange: prepared,
    run: async (stage, isRetried) => {
      // Opening makes up for a preparation that fails.
      await stage.prepare().catch(() => undefined);
      return open(stage, isRetried);
    },
    expectDone: async (stage) => {
      await expectOneUser(stage);
      await expectOurs(stage);
    },
  },
  remove: {
    call: { method: 'DELETE', path: `${ROOM_A}/*` },
    isWrite: isRemoval,
    arrange: async (stage) => {
      await prepared(stage);
      await stage.apply({ groups: [...wanted.groups, { id: office1, until: null }], removals: [] });
      stage.revise();
    },
    run: (stage) => seenOf(stage.apply({ groups: [], removals: [{ id: roomA }, { id: office1 }] })),
    expectDone: (stage) => {
      expect(stage.groups()).toEqual(stage.byOthers);
      return Promise.resolve();
    },
  },
  rotate: token,
  refresh: {
    ...token,
    arrange: async (stage) => {
      stage.rig.fake.set({ refresh_token_rotation: false });
      await token.arrange(stage);
    },
  },
  list: {
    // Its second page.
    call: { method: 'GET', path: ROOM_A, skip: 1 },
    isWrite: ({ method, path }) => method !== 'GET' && path.startsWith('/v1.2/'),
    arrange: async (stage) => {
      await stage.apply(wanted);
      stage.rig.putAdministratorInto(roomA);
      stage.rig.fake.set({ page_size: 1 });
    },
    run: (stage) => seenOf(stage.look(roomA)),
    expectDone: async (stage) => {
      const { members, foreignUserIds } = await stage.look(roomA);
      const ours = { memberId: stage.memberId, isOurs: true, isQuarantined: false };
      expect(members).toEqual(stage.groups().includes(roomA) ? [ours] : []);
      const own = stage.users().map(({ user_id: id }) => id);
      expect(foreignUserIds).toEqual(stage.rig.membersOf(roomA).filter((id) => !own.includes(id)));
    },
  },
};

async function seenOf(attempt: Promise<unknown>): Promise<Seen> {
  try {
    const result = await attempt;
    return isApplyResult(result) ? seenOfResult(result) : isGone(result) ? blockedBy('group_missing') : { met: 'done' };
  } catch (error) {
    if (!(error instanceof AttemptFailed)) throw error;
    // What a burst would not cure is the planner's to repeat, whatever the reason.
    return { met: error.retry === 'soon' ? 'soon' : 'later', code: error.code, retryAt: error.retryAt };
  }
}

function seenOfResult(result: ApplyResult): Seen {
  if (result.kind === 'unverified') return { met: 'unverified' };
  if (result.kind !== 'confirmed') throw new Error(`unexpected: ${result.kind}`);
  const blocked = result.groups.find(({ outcome }) => outcome === 'blocked');
  return blocked === undefined ? { met: 'done' } : blockedBy(blocked.failure?.code);
}

function blockedBy(code: string | undefined): Seen {
  return { met: 'blocked', code: code as FailureCode };
}

function isApplyResult(result: unknown): result is ApplyResult {
  return typeof result === 'object' && result !== null && 'kind' in result;
}

function isGone(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'exists' in result && !(result as GroupLook).exists;
}

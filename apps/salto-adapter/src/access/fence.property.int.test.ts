import type { ApplyResult } from '@latchkey/access-workflows';
import { eventually } from '@latchkey/test-kit';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { CrashPoint } from '../testing/crashes.ts';
import { desks, FenceRig, frontDoor, MINUTE_MS, office1, roomA, siteId } from '../testing/fence-rig.ts';
import { absenceAgeMs } from './observer.ts';

/** How the fence is disturbed. Groups: room A and office 1 come and go, desks may be wanted by all, front door is foreign. */
type Step =
  | {
      readonly kind: 'apply';
      readonly revision: number;
      readonly aheadMs: number;
      readonly crashAt: number;
      readonly isAwaited: boolean;
    }
  | { readonly kind: 'prepare'; readonly crashAt: number }
  | {
      readonly kind: 'fault';
      readonly method: 'GET' | 'POST' | 'DELETE';
      readonly path: string;
      readonly effect: (typeof effects)[number];
      readonly times: number;
    }
  | { readonly kind: 'late writes land' | 'a minute passes' | 'lock sessions end' | 'all end' };

const lateWrite = { kind: 'late_write' } as const;
const effects = [
  { kind: 'unavailable' },
  { kind: 'rate_limit' },
  { kind: 'reset', write: 'lost' },
  { kind: 'reset', write: 'applied' },
  lateWrite,
  { kind: 'answer', status: 500, body: {} },
] as const;

const revisionWish = fc.uniqueArray(fc.constantFrom(roomA, office1, frontDoor), { maxLength: 3 });
const boundary = fc.oneof({ weight: 2, arbitrary: fc.constant(Infinity) }, fc.integer({ min: 1, max: 30 }));
const anyStep = (revisions: number): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('apply' as const),
        revision: fc.integer({ min: 1, max: revisions }),
        aheadMs: fc.constantFrom(-2_000, 0, 2_000),
        crashAt: boundary,
        isAwaited: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('prepare' as const), crashAt: boundary }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('fault' as const),
        method: fc.constantFrom('GET' as const, 'POST' as const, 'POST' as const, 'DELETE' as const, 'DELETE' as const),
        path: fc.constantFrom('/v1.2/**', '/v1.2/**/access_groups/**'),
        effect: fc.oneof(fc.constantFrom(...effects), fc.constant(lateWrite)),
        times: fc.integer({ min: 1, max: 2 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('late writes land', 'a minute passes', 'lock sessions end', 'all end'),
      }),
    },
  );

const anyStory = fc
  .record({
    wishes: fc.array(revisionWish, { minLength: 1, maxLength: 5 }),
    isPrepared: fc.boolean(),
    desksWanted: fc.boolean(),
    membersMaxAgeMs: fc.constantFrom(0, 2_000),
  })
  .chain((story) =>
    fc.record({
      story: fc.constant(story),
      steps: fc.array(anyStep(story.wishes.length), { minLength: 3, maxLength: 12 }),
    }),
  );

const RUNS = Number(process.env['LATCHKEY_PROPERTY_RUNS'] ?? 50);

let rig: FenceRig;
beforeAll(async () => (rig = await FenceRig.create()));
afterAll(() => rig.close());

test(
  'whatever the order, repetition, crash point and clock skew, the newest revision wins, and nothing wanted goes in between',
  async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, async ({ story, steps }) => {
        const pair = new Disturbed(story.wishes, story.desksWanted, story.membersMaxAgeMs);
        if (story.isPrepared) await pair.prepareWithForeignMembership();
        for (const step of steps) await pair.run(step);
        await pair.comeToRest();
        await pair.expectNewestWish();
      }),
      {
        numRuns: RUNS,
      },
    );
  },
  60_000 + RUNS * 1_500,
);

/** One member whose revisions are applied by several processes at once while everything goes wrong. */
class Disturbed {
  readonly member = randomUUID();
  readonly #wishes: readonly (readonly string[])[];
  readonly #always: readonly string[];
  #running: Promise<unknown>[] = [];
  /** Confirmations with a group of which nobody knows. */
  readonly #confirmedTooSoon: ApplyResult[] = [];
  #hasForeign = false;
  /** While faults last, calls are given up soon. */
  #isAtRest = false;

  constructor(
    wishes: readonly (readonly string[])[],
    desksWanted: boolean,
    private readonly membersMaxAgeMs: number,
  ) {
    this.#wishes = wishes;
    this.#always = desksWanted ? [desks] : [];
    rig.fake.calls.clear();
  }

  async prepareWithForeignMembership(): Promise<void> {
    await rig.access.prepare({ siteId, memberId: this.member });
    await rig.byHand('add', frontDoor, this.member);
    // What hands do within the age of a shared read before our first look, nobody can see.
    rig.pass(absenceAgeMs(this.membersMaxAgeMs, Infinity) + 1);
    this.#hasForeign = true;
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'apply': {
        const attempt = this.#apply(step.revision, step.aheadMs, step.crashAt).catch(() => undefined);
        this.#running.push(attempt);
        if (step.isAwaited) await attempt;
        return;
      }
      case 'prepare':
        this.#running.push(
          this.#replica(0, step.crashAt)
            .prepare({ siteId, memberId: this.member })
            .catch(() => undefined),
        );
        return;
      case 'fault':
        return rig.fault({ method: step.method, path: step.path, times: step.times, effect: step.effect });
      case 'late writes land':
        return rig.releaseLateWrites();
      case 'a minute passes':
        return this.#minute();
      case 'lock sessions end':
        await rig.endLockSessions();
        return;
      case 'all end':
        await Promise.all(this.#running);
    }
  }

  /** Faults stop; the newest revision is repeated as the workflow would. */
  async comeToRest(): Promise<void> {
    rig.fake.removeFaults();
    await Promise.all(this.#running);
    this.#isAtRest = true;
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const result = await this.#apply(this.#wishes.length, 0, Infinity).catch((error: unknown) => ({
        kind: 'failed',
        error,
      }));
      // What was confirmed must hold although everything still under way lands now.
      if (result.kind === 'confirmed') return this.#landLateWrites();
      if (attempt === 6) throw new Error('never confirmed', { cause: result });
      await this.#minute();
    }
  }

  async expectNewestWish(): Promise<void> {
    const foreign = this.#hasForeign ? [frontDoor] : [];
    const wanted = new Set([...this.#newest(), ...foreign]);
    expect(new Set(await rig.groupsOf(this.member))).toEqual(wanted);
    expect(this.#deletesOf(desks)).toBe(0);
    if (this.#hasForeign) expect(this.#deletesOf(frontDoor)).toBe(0);
    const users = rig.fake.state.siteUsers
      .ofSite(siteId)
      .filter(({ alias }) => alias.endsWith(this.member.slice(0, 8)));
    expect(users.length).toBeLessThanOrEqual(1);
    expect(this.#confirmedTooSoon).toEqual([]);
    for (let older = 1; older < this.#wishes.length; older += 1) {
      expect(await this.#apply(older, 0, Infinity)).toMatchObject({ kind: 'superseded' });
    }
  }

  /** What is bounded in a model is in the clock here: late writes land within a minute. */
  async #minute(): Promise<void> {
    await this.#landLateWrites();
    rig.pass(MINUTE_MS + 5_000);
  }

  async #landLateWrites(): Promise<void> {
    // A request that was given up may be in its socket still; the clock jumps, and sockets do not.
    for (let turn = 0; turn < 10; turn += 1) await setImmediate();
    await eventually(() => rig.fake.calls.matching(({ outcome }) => outcome === 'pending').length === 0);
    await rig.releaseLateWrites();
  }

  async #apply(revision: number, aheadMs: number, crashAt: number): Promise<ApplyResult> {
    const groups = [...(this.#wishes[revision - 1] ?? []), ...this.#always];
    const result = await rig.apply({ n: revision, member: this.member, groups }, this.#replica(aheadMs, crashAt));
    if (result.kind === 'confirmed' && result.groups.some(({ outcome }) => outcome === 'pending')) {
      this.#confirmedTooSoon.push(result);
    }
    return result;
  }

  #replica(aheadMs: number, crashAt: number) {
    const point = new CrashPoint(crashAt);
    return rig.replica({
      aheadMs,
      membersMaxAgeMs: this.membersMaxAgeMs,
      callDeadlineMs: this.#isAtRest ? undefined : 80,
      pool: point.pool(rig.pool),
      onBeforeSend: () => Promise.resolve(point.pass()),
    });
  }

  #newest(): string[] {
    return [...(this.#wishes.at(-1) ?? []), ...this.#always];
  }

  #deletesOf(groupId: string): number {
    return rig.calls('DELETE', new RegExp(`/access_groups/${groupId}/users/`));
  }
}

import type { AccessPlan, DueRevision, GroupOutcome, RevisionOutcome } from '@latchkey/access-workflows';
import { compareRevisions, type Entitlement, type Revision } from '@latchkey/access-domain';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { addLocation, putBooking, setGroups, type BookingFacts } from '../testing/facts.ts';
import { World } from '../testing/world.ts';

const MINUTE_MS = 60_000;
const TICK_MS = 10 * MINUTE_MS;
/** An adapter whose clock is so far ahead finds an `until` passed that the planner does not. */
const ADAPTER_AHEAD_MS = 7 * MINUTE_MS;
/** More than windows are joined over, so that a skewed clock is never mistaken for a handover. */
const SKEW_MS = 2 * MINUTE_MS;
const GROUPS = ['front', 'office'];

let world: World;
beforeAll(async () => {
  world = await World.create('planner properties');
});
afterAll(() => world.close());

const which = fc.constantFrom(0, 1);
const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      which,
      room: which,
      from: fc.constantFrom(-1, 0, 0, 1, 2),
      ticks: fc.integer({ min: 1, max: 4 }),
    }),
  },
  fc.record({ kind: fc.constantFrom('cancel' as const, 'uninvite' as const), which }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('plan' as const, 'lose a plan' as const),
      which,
      skew: fc.constantFrom(-1, 0, 1),
    }),
  },
  fc.record({ kind: fc.constant('two workers plan at once' as const), which, skew: fc.constantFrom(-1, 0, 1) }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'confirm' as const,
        'lose an answer' as const,
        'fail' as const,
        'answer unverified' as const,
      ),
      nth: fc.nat(5),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
);
const scenario = fc.array(command, { minLength: 5, maxLength: 30 });
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

interface Attempt {
  readonly of: 0 | 1;
  readonly due: DueRevision;
}

/** One member, two bookings, two groups, and an adapter that obeys the highest revision that it has seen. */
class Run {
  readonly entitlements: readonly [Entitlement, Entitlement] = [
    { kind: 'booking', id: randomUUID() },
    { kind: 'booking', id: randomUUID() },
  ];
  readonly memberId = randomUUID();
  readonly facts: (BookingFacts | null)[] = [null, null];
  readonly rooms: readonly string[] = [randomUUID(), randomUUID()];
  now = Math.ceil((Date.now() + 24 * 60 * MINUTE_MS) / TICK_MS) * TICK_MS;
  locationId = '';
  siteId = '';
  salto = new Set<string>();
  highestSeen: Revision = { epoch: 0, n: 0 };
  lastDecidedAt = 0;
  inFlight: Attempt[] = [];
  answers: RevisionOutcome[][] = [[], []];

  private readonly adapterAheadMs: number;

  constructor(adapterAheadMs: number) {
    this.adapterAheadMs = adapterAheadMs;
  }

  async prepare(): Promise<void> {
    const em = world.dataSource.manager;
    const { id, siteId } = await addLocation(em, { graceMinutes: 0 });
    this.locationId = id;
    this.siteId = siteId;
    for (const [index, room] of this.rooms.entries()) await setGroups(em, 'resource', room, [GROUPS[index] ?? '']);
  }

  async step(next: Command): Promise<void> {
    switch (next.kind) {
      case 'tick':
        this.now += TICK_MS / 2;
        return;
      case 'put':
        return this.put(next.which, {
          resourceId: this.rooms[next.room] ?? '',
          startsAt: this.tick() + next.from * TICK_MS,
          endsAt: this.tick() + (next.from + next.ticks) * TICK_MS,
          memberIds: [this.memberId],
          cancelledAt: null,
        });
      case 'cancel':
        return this.put(next.which, { cancelledAt: this.now });
      case 'uninvite':
        return this.put(next.which, { memberIds: [] });
      case 'plan':
        return void (await this.plan(next.which, next.skew));
      case 'lose a plan':
        await this.planOnly(next.which, next.skew);
        return;
      case 'two workers plan at once':
        await Promise.all([this.plan(next.which, next.skew), this.plan(1 - next.which, -next.skew)]);
        return;
      default:
        return this.answer(next.nth, next.kind);
    }
  }

  /** The last full tick: windows begin and end with one. */
  private tick(): number {
    return Math.floor(this.now / TICK_MS) * TICK_MS;
  }

  async put(of: number, change: Partial<BookingFacts>): Promise<void> {
    const entitlement = this.entitlements[of === 0 ? 0 : 1];
    const known = this.facts[of];
    if (known === null && change.startsAt === undefined) return;
    const facts = { id: entitlement.id, locationId: this.locationId, ...known, ...change } as BookingFacts;
    this.facts[of] = facts;
    await world.change(entitlement, (em) => putBooking(em, facts));
  }

  /** A plan, and the attempts at what it found due. */
  async plan(of: number, skew: number): Promise<AccessPlan> {
    const plan = await this.planOnly(of, skew);
    this.inFlight.push(...plan.due.map((due) => ({ of: of === 0 ? 0 : 1, due }) as const));
    return plan;
  }

  private async planOnly(of: number, skew: number): Promise<AccessPlan> {
    const entitlement = this.entitlements[of === 0 ? 0 : 1];
    const outcomes = this.answers[of] ?? [];
    this.answers[of] = [];
    const plan = await world.plan(entitlement, { asOf: this.now + skew * SKEW_MS, outcomes });
    await this.checkLedger(plan, entitlement);
    return plan;
  }

  /** What the adapter does with the newest request is what it is asked; an older one it refuses. */
  private answer(nth: number, how: 'confirm' | 'lose an answer' | 'fail' | 'answer unverified'): void {
    const [attempt] = this.inFlight.splice(nth % Math.max(1, this.inFlight.length), 1);
    if (attempt === undefined) return;
    const { siteId, memberId, revision } = attempt.due;
    const answer = (result: RevisionOutcome['result']) =>
      this.answers[attempt.of]?.push({ siteId, memberId, revision, at: this.now, result });
    if (compareRevisions(revision, this.highestSeen) < 0) {
      answer({ kind: 'superseded', highestSeen: this.highestSeen });
      return;
    }
    this.highestSeen = revision;
    if (how === 'fail') {
      answer({ kind: 'failed', failure: { code: 'provider_unavailable', message: '503' }, groups: [] });
      return;
    }
    const wanted = attempt.due.groups.filter(
      ({ id, until }) => this.salto.has(id) || (until ?? Infinity) > this.now + this.adapterAheadMs,
    );
    this.salto = new Set(wanted.map(({ id }) => id));
    const groups = GROUPS.map((groupId): GroupOutcome => {
      const isIn = this.salto.has(groupId);
      return { groupId, outcome: isIn ? 'present' : 'absent', isOurs: isIn };
    });
    if (how === 'lose an answer') return;
    if (wanted.length < attempt.due.groups.length) answer({ kind: 'expired', groups });
    else if (how === 'answer unverified') answer({ kind: 'unverified', groups, verifyAt: this.now + MINUTE_MS });
    else answer({ kind: 'confirmed', groups, verifiedAt: this.now });
  }

  /** What the facts give at an instant, told in the simplest way. */
  desiredAt(now: number): { id: string; until: number }[] {
    return GROUPS.flatMap((id) => {
      const windows = this.facts.flatMap((booking) => {
        if (booking === null || !booking.memberIds.includes(this.memberId)) return [];
        if (GROUPS[this.rooms.indexOf(booking.resourceId)] !== id) return [];
        return [{ from: booking.startsAt, to: Math.min(booking.endsAt, booking.cancelledAt ?? Infinity) }];
      });
      const open = windows.filter(({ from, to }) => from <= now && now < to);
      const latest = Math.max(...open.map(({ to }) => to));
      const next = windows.filter(({ from, to }) => from <= latest && to > latest);
      return open.length === 0 ? [] : [{ id, until: Math.max(latest, ...next.map(({ to }) => to)) }];
    });
  }

  async pair() {
    const [row]: { desired: { id: string; until: number }[]; decided_at: Date; is_confirmed: boolean }[] =
      await world.dataSource.query(
        'SELECT desired, decided_at, is_confirmed FROM pair WHERE site_id = $1 AND member_id = $2',
        [this.siteId, this.memberId],
      );
    return row;
  }

  private async checkLedger(plan: AccessPlan, { id }: Entitlement): Promise<void> {
    const pair = await this.pair();
    if (pair === undefined) return;
    if (plan.isOver) {
      const open: unknown[] = await world.dataSource.query(
        `SELECT FROM grant_row WHERE entitlement_id = $1 AND phase IN ('open', 'revoking')`,
        [id],
      );
      expect(open).toEqual([]);
    }
  }

  /** After a plan for the member: the newest revision wants what the facts give, and what is confirmed is so. */
  async checkDecision(of: number): Promise<void> {
    const pair = await this.pair();
    if (pair === undefined || this.facts[of]?.memberIds.includes(this.memberId) !== true) return;
    const decidedAt = pair.decided_at.getTime();
    expect(decidedAt).toBeGreaterThanOrEqual(this.lastDecidedAt);
    this.lastDecidedAt = decidedAt;
    expect(pair.desired).toEqual(this.desiredAt(decidedAt));
    if (pair.is_confirmed) expect([...this.salto].sort()).toEqual(pair.desired.map(({ id }) => id));
  }

  /** All faults are over: workflows plan when they asked to be woken, and every attempt is answered. */
  async runOut(): Promise<void> {
    let wakeAt: (number | null)[] = [this.now, this.now];
    for (let round = 0; round < 100 && wakeAt.some((at) => at !== null); round++) {
      const next = Math.min(...wakeAt.map((at) => at ?? Infinity));
      this.now = Math.max(this.now, next);
      wakeAt = await this.planWhoIsAwake(wakeAt);
      const pair = await this.pair();
      if (pair?.is_confirmed === true)
        expect([...this.salto].sort()).toEqual(this.desiredAt(this.now).map(({ id }) => id));
    }
    expect(wakeAt).toEqual([null, null]);
    expect([...this.salto]).toEqual([]);
    for (const nth of [0, 1]) expect(await this.plan(nth, 0)).toMatchObject({ isOver: true });
  }

  private async planWhoIsAwake(wakeAt: readonly (number | null)[]): Promise<(number | null)[]> {
    const next = [...wakeAt];
    for (const nth of [0, 1]) {
      let isAwake = (next[nth] ?? Infinity) <= this.now;
      while (isAwake || (this.answers[nth] ?? []).length > 0) {
        next[nth] = (await this.plan(nth, 0)).wakeAt;
        while (this.inFlight.length > 0) this.answer(0, 'confirm');
        isAwake = false;
      }
    }
    // The first may have been answered by what the second sent.
    return this.answers.some((waiting) => waiting.length > 0) ? this.planWhoIsAwake(next) : next;
  }
}

it('whatever happens in whatever order, the newest revision wants what the facts give, and in the end Salto has it', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, fc.constantFrom(0, ADAPTER_AHEAD_MS), async (commands, adapterAheadMs) => {
      const run = new Run(adapterAheadMs);
      await run.prepare();
      for (const next of commands) {
        await run.step(next);
        if (next.kind === 'plan' || next.kind === 'lose a plan') await run.checkDecision(next.which);
      }
      run.now += SKEW_MS; // whatever was decided for a skewed clock's future has come
      await run.runOut();
    }),
    { numRuns: Number(process.env['LATCHKEY_PROPERTY_RUNS'] ?? 60) },
  );
});

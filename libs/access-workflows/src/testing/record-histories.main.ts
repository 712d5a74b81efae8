import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventually } from '@latchkey/test-kit';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { EntitlementKind } from '@latchkey/access-domain';
import { grant, hours } from './fake-access.ts';
import { decided } from './fake-site.ts';
import { storedHistory } from './history.ts';
import { openStage, type LeavingPlay, type Play, type SitePlay } from './stage.ts';

/*
 * Records the histories that `workflows.replay.test.ts` replays, on the real clock: what is true of a run that was
 * recorded by an earlier version must stay true. Add stories; record an old one anew only when no run of its kind can
 * still be open anywhere.
 *
 * npm run record-histories -w libs/access-workflows
 */
const folder = join(import.meta.dirname, '..', '..', 'histories');
const inTwoSeconds = () => grant('ada', 2_000, 4_000);
const openNow = (memberId = 'ada') => grant(memberId, -hours(1), hours(1));
const failure = () => ApplicationFailure.nonRetryable('Salto KS answered 403', 'insufficient_permissions');

const stories: Record<string, (play: Play) => Promise<unknown>> = {
  'booking/closed': async ({ access, handle, change }) => {
    access.preparesAheadMs = 1_000;
    await change([inTwoSeconds()]);
    await handle.result();
  },
  'booking/scheduled': async ({ access, change }) => {
    access.preparesAheadMs = hours(2);
    await change([grant('ada', hours(1), hours(2))]);
    await eventually(() => access.prepared.length === 1);
  },
  'booking/active': async ({ access, change }) => {
    await change([openNow(), openNow('bob'), openNow('cem')]);
    await eventually(() => access.plans.at(-1)!.outcomes.length > 0 && access.writes.length === 3);
  },
  'booking/moved-and-cancelled': async ({ access, handle, change }) => {
    await change([grant('ada', hours(1), hours(2))]);
    await eventually(() => access.plans.length === 1);
    await change([grant('ada', hours(3), hours(4))]);
    await eventually(() => access.plans.length === 2);
    await change([], 'cancelled');
    await handle.result();
  },
  'booking/cancelled-during-attempt': async ({ access, handle, change }) => {
    const answer = Promise.withResolvers<undefined>();
    access.onApply = ({ revision }) => (revision.n === 1 ? answer.promise : Promise.resolve(undefined));
    await change([openNow()]);
    await eventually(() => access.applied.length === 1);
    await change([], 'cancelled');
    await handle.result();
    answer.resolve(undefined);
  },
  'booking/retrying': async ({ access, change }) => {
    access.onApply = () => Promise.reject(failure());
    await change([openNow()]);
    await eventually(() => access.plans.length === 2);
  },
  'booking/retried-now': async ({ access, handle, change }) => {
    access.onApply = () => (access.plans.length < 3 ? Promise.reject(failure()) : Promise.resolve(undefined));
    await change([openNow()]);
    await eventually(() => access.plans.length === 2);
    await handle.executeUpdate('retryNow');
    await eventually(() => access.plans.length === 4);
  },
  'booking/cancelled-in-temporal-ui': async ({ access, handle, change }) => {
    await change([openNow()]);
    await eventually(() => access.plans.length === 2);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  },
  'booking/planner-was-down': async ({ access, change }) => {
    access.beforeAnswer = () => (access.plans.length < 5 ? Promise.reject(new Error('down')) : Promise.resolve());
    await change([openNow()]);
    await eventually(() => access.writes.length === 1, { timeoutMs: 90_000 });
  },
  'subscription/closed': async ({ handle, change }) => {
    await change([inTwoSeconds()]);
    await handle.result();
  },
  'subscription/active-company': async ({ access, change }) => {
    await change(Array.from({ length: 60 }, (_, index) => grant(`member-${index}`, -hours(1), null)));
    await eventually(() => access.writes.length === 60 && access.plans.at(-1)!.outcomes.length > 0);
  },
  'manual/closed': async ({ handle, change }) => {
    await change([inTwoSeconds()]);
    await handle.result();
  },
};

/** A look that is not answered before all is stored: a worker ends only when its activities have. */
const isStored = Promise.withResolvers<void>();

/** Of checks: their stories need another stage. */
const checks: Record<string, (play: SitePlay) => Promise<WorkflowHandle>> = {
  'site-check/closed': async ({ site, check }) => {
    site.own = ['attic', 'cellar'];
    site.failing.add('attic');
    site.plan = { ...site.plan, owned: [decided('cellar', false)] };
    const handle = await check();
    await handle.result();
    return handle;
  },
  'site-check/paused': async ({ site, check }) => {
    site.plan = { version: 1, isPaused: true, groups: [], owned: [] };
    const handle = await check();
    await handle.result();
    return handle;
  },
  'site-check/looking': async ({ site, check }) => {
    site.beforeLook = () => isStored.promise;
    const handle = await check();
    await eventually(() => site.looked.length === 1);
    return handle;
  },
};

/** Of disconnects. */
const leavings: Record<string, (play: LeavingPlay) => Promise<WorkflowHandle>> = {
  'disconnection/closed': async ({ leaving, disconnect }) => {
    leaving.toRevoke = [null, 2, 0];
    const handle = await disconnect({ revokesFirst: true });
    await handle.result();
    return handle;
  },
  'disconnection/waiting': async ({ leaving, disconnect }) => {
    leaving.toRevoke = [2];
    const handle = await disconnect({ revokesFirst: true });
    await eventually(() => leaving.questions === 2);
    return handle;
  },
  'disconnection/seats-given-back': async ({ leaving, disconnect }) => {
    leaving.hurried = [2, 0];
    const handle = await disconnect({ revokesFirst: true });
    await handle.result();
    return handle;
  },
  'disconnection/in-a-hurry': async ({ leaving, disconnect }) => {
    leaving.toRevoke = [2];
    leaving.isSaltoGone = true;
    const handle = await disconnect({ revokesFirst: true });
    await handle.signal('waitNoLonger');
    await handle.result();
    return handle;
  },
};

const wanted = process.argv.slice(2);
const stage = await openStage();
const isWanted = ([name]: [string, unknown]) => wanted.length === 0 || wanted.includes(name);
for (const [name, tell] of Object.entries(stories).filter(isWanted)) {
  const play = stage.play(name.split('/')[0] as EntitlementKind);
  await tell(play);
  await store(name, play.handle);
}
for (const [name, tell] of Object.entries(checks).filter(isWanted)) await store(name, await tell(stage.site()));
for (const [name, tell] of Object.entries(leavings).filter(isWanted)) await store(name, await tell(stage.leaving()));
isStored.resolve();
await stage.close();
process.exit(0); // the SDK's runtime would keep the process

async function store(name: string, handle: WorkflowHandle): Promise<void> {
  const file = join(folder, `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, storedHistory(await handle.fetchHistory()));
  process.stdout.write(`${name}\n`);
}

import { eventually } from '@latchkey/test-kit';
import { isPossible, usualWrites, type Cell, type OperationName } from './testing/cell.ts';
import { faults, LONG_AGO_MS } from './testing/faults.ts';
import { BUDGET, MatrixRig, MINUTE_MS, office1 } from './testing/matrix-rig.ts';
import { matrix, type FaultId } from './testing/matrix.ts';
import { plays, type Seen } from './testing/plays.ts';
import { Stage } from './testing/stage.ts';

interface Case {
  readonly fault: FaultId;
  readonly title: string;
  readonly operation: OperationName;
  readonly cell: Cell;
}

const cases = (Object.keys(matrix) as FaultId[]).flatMap((fault): Case[] => {
  const { fault: title, cells } = matrix[fault];
  const operations = Object.keys(cells) as OperationName[];
  return operations.flatMap((operation) => {
    const cell = cells[operation];
    return isPossible(cell) ? [{ fault, title, operation, cell }] : [];
  });
});

/** States of a connection that others are told of. */
const statusOf: Readonly<Record<string, string>> = {
  connection_needs_reconnect: 'needs_reconnect',
  insufficient_permissions: 'insufficient_permissions',
  site_subscription_expired: 'site_subscription_expired',
};
/** More than any case needs. */
const REPETITIONS = 6;

let rig: MatrixRig;
beforeAll(async () => (rig = await MatrixRig.create()));
afterAll(() => rig.close());

test.each(cases)('$operation while $title: nothing is lost, nothing doubled', async (one) => {
  const { fault, operation, cell } = one;
  const [play, how] = [plays[operation], faults[fault]];
  const stage = await Stage.open(rig);
  const told = (await rig.toldStates()).length;
  await play.arrange(stage);
  if (!how.isUserNew) stage.pass(LONG_AGO_MS);
  if (how.isSilent) await stage.takeOver({ isHasty: true });
  stage.begin();
  await how.put(stage, operation);

  const { met, code } = await play.run(stage, false);
  expect({ met, code }).toEqual({ met: cell.met, code: cell.code });
  // What troubles one group holds up no other.
  if (operation === 'remove' && statusOf[code ?? ''] === undefined) expect(stage.groups()).not.toContain(office1);

  await stage.allArrived();
  rig.fake.removeFaults();
  await stage.takeOver();
  await how.cure?.(stage);
  const found = await comeToRest(one, stage, met === 'blocked');
  await stage.landLateWrites();
  expect(found).toBe(cell.then);
  expect(stage.calls(play.isWrite)).toBe(cell.writes ?? usualWrites[operation]);
  await play.expectDone(stage);
  const states = (await rig.toldStates()).slice(told).filter((status) => status !== 'connected');
  expect(states).toEqual([cell.code, cell.then].flatMap((its) => statusOf[its ?? ''] ?? []));
});

/**
 * The operation is repeated until it is done: at once, as after a restart, and then each minute, as workflows do.
 * @returns what only a person could cure
 */
async function comeToRest({ operation }: Case, stage: Stage, isRetried: boolean): Promise<string | undefined> {
  let found: string | undefined;
  if (isRetried) stage.revise();
  for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
    await stage.healConnection();
    const seen = await plays[operation].run(stage, isRetried);
    if (seen.met === 'done') return found;
    if (seen.code === 'connection_needs_reconnect') found = seen.code;
    await pauseIsOver(seen);
    await stage.landLateWrites();
    stage.pass(MINUTE_MS);
  }
  throw new Error('it never came about');
}

/** Salto's pauses are of the real time; the minute of an unanswered write is of the stage's. */
async function pauseIsOver({ code, retryAt = 0 }: Seen): Promise<void> {
  if (code === 'rate_limited') await eventually(() => Date.now() >= retryAt);
}

test('no more was asked of Salto than the budget allows', () => {
  const { calls, mostInASecond, mostAtOnce } = rig.arrivals();
  expect(calls.length).toBeGreaterThan(cases.length);
  expect(mostInASecond).toBeLessThanOrEqual(BUDGET.perSecond);
  expect(mostAtOnce).toBeLessThanOrEqual(BUDGET.atOnce);
});

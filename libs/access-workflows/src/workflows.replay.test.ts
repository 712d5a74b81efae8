import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundleWorkflows } from './bundling/bundle-workflows.ts';

/*
 * Runs that other versions of the code have begun must go on under this one. Replay notices added, removed and
 * reordered steps, but neither another timer length nor other arguments: those are the stories' to notice.
 */
const folder = join(import.meta.dirname, '..', 'histories');
const histories = globSync('*/*.json', { cwd: folder }).sort();

let bundle: { code: string };
beforeAll(async () => {
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
  bundle = await bundleWorkflows();
}, 60_000);
afterAll(() => Runtime.instance().shutdown());

function replay(name: string, workflowBundle: { code: string }): Promise<void> {
  const history: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  return Worker.runReplayHistory({ workflowBundle }, history, basename(name));
}

test.each(histories)('a run recorded as %s goes on under the present code', async (name) => {
  await replay(name, bundle);
});

test('there are open and closed runs of every workflow', () => {
  expect(histories).toEqual(expect.arrayContaining(['booking/active.json', 'booking/closed.json']));
  expect(new Set(histories.map((name) => name.split('/')[0]))).toEqual(
    new Set(['booking', 'disconnection', 'manual', 'site-check', 'subscription']),
  );
});

test('a step more than was recorded is noticed, both in open and in closed runs', async () => {
  const changed = await bundleWorkflows(join(import.meta.dirname, 'testing', 'changed.workflows.ts'));
  for (const name of ['booking/closed.json', 'booking/active.json']) {
    await expect(replay(name, changed)).rejects.toThrow(DeterminismViolationError);
  }
}, 60_000);

import { bareHerd } from './bare/bare-herd.ts';
import { figure } from './measure/figures.ts';
import { settled } from './measure/settled.ts';
import { duration, percentile, spread } from './measure/statistics.ts';
import { bookAhead, makeCrowd, timesIn } from './opening.ts';
import type { Scenario } from './scenario.ts';

const MOST_TIMES_BARE = 1.5;

/** Windows that open at the same instant, with no budget: against bare workflows with the same timers and activities. */
export const herd: Scenario = async (stage) => {
  const { bench, n = 1_000, tell } = stage;
  const { system } = bench;
  await bench.use('off');
  const opening = await bookAhead(stage, await makeCrowd(stage, n));
  const meter = bench.meter();
  const activeAt = await settled(system, opening.booked, 'active');
  const cpu = meter.perItem(n);
  const inAfter = await timesIn(system, opening);
  const activeAfter = activeAt.map((at) => at - opening.opensAt);

  const bare = await bareHerd(bench, n);
  const [ours, theirs] = [percentile(inAfter, 1), percentile(bare.doneAfter, 1)];
  tell(`  in Salto's group: ${spread(inAfter)}`);
  tell(`  known as active: ${spread(activeAfter)}`);
  tell(`  bare workflows: ${spread(bare.doneAfter)}`);
  tell(`  processor time ${cpu}`);
  tell(`  processor time, bare ${bare.cpu}`);
  const each = (ms: number) => `${(ms / n).toFixed(1)} ms`;
  const ratio = ours / theirs;
  return [
    figure(
      `${n} windows at one instant, no budget`,
      `≤ ${MOST_TIMES_BARE} × a bare workflow`,
      `${ratio.toFixed(2)} ×: ${each(ours)} to ${each(theirs)} each, all in after ${duration(ours)}`,
      ratio <= MOST_TIMES_BARE,
    ),
  ];
};

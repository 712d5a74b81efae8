import { demo } from '@latchkey/fake-salto-ks';
import { figure } from './measure/figures.ts';
import { prepare } from './cast/prepare.ts';
import { callsSince, operationsOf } from './measure/salto-calls.ts';
import { settled } from './measure/settled.ts';
import { duration, percentile, spread } from './measure/statistics.ts';
import { callersElsewhere, makeNeighbours } from './neighbours.ts';
import { bookAhead, makeCrowd, timesIn } from './opening.ts';
import type { Scenario } from './scenario.ts';

const SECOND_MS = 1_000;
const BUDGET_PER_SECOND = 8;
const MOST_TIMES_BUDGET = 1.05;
const CALLERS_AT_MOST = 60;

/** Windows that open at the same instant, at the pace of the site's budget, while others book for now elsewhere. */
export const pacedHerd: Scenario = async (stage) => {
  const { bench, n = 1_000, tell } = stage;
  const { system } = bench;
  const paceMs = (n / BUDGET_PER_SECOND) * SECOND_MS;
  // To make a thousand members known to Salto KS takes minutes at the pace of the budget: not what is measured here.
  await bench.use('off');
  const crowd = await makeCrowd(stage, n);
  await prepare(system, crowd.seats, 0);
  const neighbours = await makeNeighbours(
    bench.running,
    Math.min(CALLERS_AT_MOST, Math.ceil(paceMs / (2 * SECOND_MS))),
  );
  await bench.use('default');

  const opening = await bookAhead(stage, crowd);
  const elsewhere = callersElsewhere(system, neighbours);
  await settled(system, opening.booked, 'active');
  const inAfter = await timesIn(system, opening);
  const elsewhereAfter = await elsewhere;
  tell(`  in Salto's group: ${spread(inAfter)}`);
  const tookMs = percentile(inAfter, 1);
  const calls = await callsSince(system, opening.opensAt, `/v1.2/sites/${demo.lab.id}/**`);
  tell(`  calls: ${operationsOf(calls)}`);
  return [
    figure(
      `${n} windows at one instant, ${BUDGET_PER_SECOND} requests/s`,
      `≤ ${MOST_TIMES_BUDGET} × ${duration(paceMs)}`,
      `${(tookMs / paceMs).toFixed(2)} ×: all in after ${duration(tookMs)}`,
      tookMs <= MOST_TIMES_BUDGET * paceMs,
    ),
    figure(
      `meanwhile, booking for now at another site (${neighbours.length})`,
      'p99 ≤ 5 s',
      spread(elsewhereAfter),
      percentile(elsewhereAfter, 0.99) <= 5 * SECOND_MS,
    ),
  ];
};

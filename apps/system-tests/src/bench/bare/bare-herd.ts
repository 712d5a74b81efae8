import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { eventually } from '@latchkey/test-kit';
import type { BenchSystem } from '../bench-system.ts';
import { inLanes } from '../cast/in-lanes.ts';
import type { BareInput } from './bare.workflow.ts';

const SECOND_MS = 1_000;
const WORKFLOWS = 'bench-bare';
const DOORS = 'bench-bare-doors';
const LANES = 20;
/** A start, its plan and its preparation; measured at some 15 ms on two idle cores. */
const LEAD_A_WORKFLOW_MS = 40;

export interface BareHerd {
  /** From the instant that all wait for until each one's activity ran, ms. */
  readonly doneAfter: readonly number[];
  /** Processor time of all programs. */
  readonly cpu: string;
}

/** As many bare workflows as there are windows, on the same server and at one instant. */
export async function bareHerd(bench: BenchSystem, count: number): Promise<BareHerd> {
  const { address, namespace } = bench.system.endpoints.temporal;
  const workers = await Promise.all([
    startWorker('workflows', address, namespace, WORKFLOWS),
    startWorker('doors', address, namespace, DOORS),
  ]);
  const [, doors] = workers;
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection, namespace });
    const opensAt = Date.now() + count * LEAD_A_WORKFLOW_MS + 10 * SECOND_MS;
    const ids = Array.from({ length: count }, (_, index) => `bare-${opensAt}-${index}`);
    await inLanes(ids, LANES, (id) => {
      const input: BareInput = { id, opensAt, doorQueue: DOORS };
      return workflow.start('bare', { workflowId: id, taskQueue: WORKFLOWS, args: [input] });
    });
    await delay(Math.max(0, opensAt - Date.now()));
    const meter = bench.meter(new Map(workers.map(({ pid = 0 }, index) => [`bare worker ${index + 1}`, pid])));
    const instants = await eventually(() => allInstants(doors, count), { timeoutMs: 600_000, intervalMs: SECOND_MS });
    const cpu = meter.perItem(count);
    await inLanes(ids, LANES, (id) => workflow.getHandle(id).terminate());
    return { doneAfter: instants.map((at) => at - opensAt), cpu };
  } finally {
    await connection.close();
    await Promise.all(workers.map(stopWorker));
  }
}

async function startWorker(role: 'workflows' | 'doors', ...where: [string, string, string]): Promise<ChildProcess> {
  const worker = fork(join(import.meta.dirname, 'bare-worker.main.ts'), [role, ...where], {
    execArgv: ['--conditions=latchkey-source', '--max-old-space-size=320'],
  });
  const [said] = (await Promise.race([once(worker, 'message'), once(worker, 'exit')])) as [unknown];
  if (said !== 'ready') throw new Error(`the bare worker of ${role} did not start`);
  return worker;
}

async function allInstants(doors: ChildProcess, count: number): Promise<number[]> {
  doors.send('instants');
  const [instants] = (await once(doors, 'message')) as [[string, number][]];
  if (instants.length < count) throw new Error(`${count - instants.length} bare workflows are not done`);
  return instants.map(([, at]) => at);
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null) return;
  worker.send('stop');
  await once(worker, 'exit');
}

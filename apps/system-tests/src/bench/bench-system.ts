import { type ServiceProcess, serviceProcesses } from '@latchkey/local-stack';
import { RunningSystem } from '../harness/running-system.ts';
import type { System } from '../system/system.ts';
import { CpuMeter } from './measure/cpu-meter.ts';

/** `default`: 8 requests a second to each site. `off`: as many as come, and wake-ups are not paced. */
export type Budget = 'default' | 'off';

const workers = serviceProcesses.filter(({ entry }) => entry === 'worker.main.js');
const noBudget = { SALTO_REQUESTS_PER_SECOND: '0', SALTO_REQUESTS_AT_ONCE: '0' };

/** The workers once more, without the budget. Which of the two kinds runs is chosen while the system runs. */
const unlimited: readonly ServiceProcess[] = workers.map((worker) => ({
  ...worker,
  name: `${worker.name}-unlimited`,
  env: noBudget,
}));

const servers = ['postgres', 'kafka', 'temporal', 'identity-server', 'fake-salto-ks'];

/** The whole system on this machine, thrown away at the end. */
export class BenchSystem {
  readonly running: RunningSystem;
  #budget: Budget | undefined;

  private constructor(running: RunningSystem) {
    this.running = running;
  }

  static async start(): Promise<BenchSystem> {
    const bench = new BenchSystem(
      await RunningSystem.start({ name: 'bench', services: [...serviceProcesses, ...unlimited] }),
    );
    await bench.use('default');
    return bench;
  }

  get system(): System {
    return this.running.system;
  }

  /** Runs the workers with this budget, and only them. */
  async use(budget: Budget): Promise<void> {
    const { stack } = this.running;
    const [wanted, others] = budget === 'off' ? [unlimited, workers] : [workers, unlimited];
    await Promise.all(others.map(({ name }) => stack.program(name).stop()));
    if (this.#budget !== undefined) await Promise.all(wanted.map(({ name }) => stack.program(name).start()));
    this.#budget = budget;
  }

  /** Processor time of each program of the system from now on. */
  meter(more: ReadonlyMap<string, number> = new Map()): CpuMeter {
    const names = [...servers, ...serviceProcesses.map(({ name }) => name), ...unlimited.map(({ name }) => name)];
    const groups = names.flatMap((name) => {
      const { pid } = this.running.stack.program(name);
      return pid === undefined ? [] : [[name, pid] as const];
    });
    return new CpuMeter(new Map([...groups, ...more]));
  }

  stop(): Promise<void> {
    return this.running.stop();
  }
}

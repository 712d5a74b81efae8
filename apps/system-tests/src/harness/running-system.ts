import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  Progress,
  type ServiceProcess,
  serviceProcesses,
  type Stack,
  startStack,
  temporaryFolder,
} from '@latchkey/local-stack';
import { type Demo, readDemo } from '../demo/demo.ts';
import { seedDemo } from '../demo/seed-demo.ts';
import { System } from '../system/system.ts';

export interface RunOptions {
  /** Names the folder of its logs, which outlive the test: `.local/logs/system-<name>`. */
  readonly name: string;
  /** The processes; one of each kind when absent. */
  readonly services?: readonly ServiceProcess[];
  /** Settings over those of the local stack, for every process that knows them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Temporal's database in a file, so that Temporal may be killed. */
  readonly isTemporalKept?: boolean;
}

/** The whole system as processes, filled with the demo. One at a time: it takes most of a small machine. */
export class RunningSystem {
  readonly stack: Stack;
  readonly system: System;
  readonly demo: Demo;
  readonly logFolder: string;
  readonly #dataFolder: string;

  private constructor(stack: Stack, system: System, demo: Demo, folders: { logs: string; data: string }) {
    this.stack = stack;
    this.system = system;
    this.demo = demo;
    this.logFolder = folders.logs;
    this.#dataFolder = folders.data;
  }

  static async start({ name, services = serviceProcesses, env, isTemporalKept }: RunOptions): Promise<RunningSystem> {
    const repository = join(import.meta.dirname, '..', '..', '..', '..');
    const folders = { logs: join(repository, '.local', 'logs', `system-${name}`), data: temporaryFolder() };
    rmSync(folders.logs, { recursive: true, force: true });
    const stack = await startStack({
      profile: 'test',
      dataFolder: folders.data,
      logFolder: folders.logs,
      services: services.map((service) => ({ ...service, env: { ...env, ...service.env } })),
      ...(isTemporalKept && { isTemporalKept }),
      progress: new Progress(new Writable({ write: (_chunk, _encoding, done) => done() })),
    });
    try {
      const system = new System(stack.endpoints);
      await seedDemo(system);
      return new RunningSystem(stack, system, await readDemo(system), folders);
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    rmSync(this.#dataFolder, { recursive: true, force: true });
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { NativeConnection, Worker, type PatchActivationCallback, type WorkflowBundleOption } from '@temporalio/worker';
import { logger } from '../logging/logger.ts';
import { activityInterceptors } from './activity.interceptor.ts';
import { registerBacklog } from './backlog.ts';
import type { TemporalConfig } from './config.ts';
import { connectionOptions } from './connection.ts';
import { installTemporalRuntime } from './runtime.ts';

export interface TemporalWorkerOptions {
  readonly config: TemporalConfig;
  readonly taskQueue: string;
  /** What workflows call by name; usually methods of Nest providers, bound to them. */
  readonly activities: object;
  /** Without it the worker runs activities only. Built with the very version of the SDK that runs it. */
  readonly workflowBundle?: WorkflowBundleOption;
  /** How many of each this process runs at a time; the SDK's defaults otherwise. */
  readonly slots?: { readonly activities?: number; readonly localActivities?: number; readonly workflowTasks?: number };
  /** Workflows kept in memory between their tasks; each takes some 50 KB. */
  readonly maxCachedWorkflows?: number;
  /** How long running activities may go on after a stop was asked for; default 15 s. */
  readonly shutdownGraceMs?: number;
  /** Whether a new `patched()` may be taken; false until the last old worker is gone (docs/temporal-queries.md). */
  readonly patchActivationCallback?: PatchActivationCallback;
  /** What a worker that failed for good does with the process; ends it otherwise, for a supervisor to start anew. */
  readonly onFailure?: (error: unknown) => void;
}

const log = logger('temporal-worker');
const CONNECT_AGAIN_AFTER_MS = 2_000;

/** A worker with an orderly life: it waits for a server that is not up yet, drains when stopped, and never dies alone. */
export class TemporalWorker {
  readonly #options: TemporalWorkerOptions;
  readonly #stopping = new AbortController();
  #worker: Worker | undefined;
  #life: Promise<void> | undefined;

  constructor(options: TemporalWorkerOptions) {
    this.#options = options;
  }

  /** The SDK's word for it, or `CONNECTING`. */
  get state(): string {
    return this.#worker?.getState() ?? 'CONNECTING';
  }

  start(): void {
    this.#life = this.#live().catch((error: unknown) => {
      log.error({ error, taskQueue: this.#options.taskQueue }, 'the worker has failed');
      // A process without its worker would look alive and do nothing.
      (this.#options.onFailure ?? (() => process.exit(1)))(error);
    });
  }

  /** Takes no new tasks, lets running ones end, and resolves when all of it is over. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#worker?.getState() === 'RUNNING') this.#worker.shutdown();
    await this.#life;
  }

  async #live(): Promise<void> {
    await installTemporalRuntime();
    const connection = await this.#connect();
    if (connection === undefined) return;
    try {
      this.#worker = await this.#create(connection);
      registerBacklog(connection, this.#options);
      const running = this.#worker.run();
      log.info({ taskQueue: this.#options.taskQueue }, 'the worker runs');
      // Stopped while it was created: only a worker that has run and shut down lets go of its connection.
      if (this.#stopping.signal.aborted) this.#worker.shutdown();
      await running;
    } finally {
      await connection.close();
    }
  }

  async #connect(): Promise<NativeConnection | undefined> {
    while (!this.#stopping.signal.aborted) {
      try {
        return await NativeConnection.connect(connectionOptions(this.#options.config));
      } catch (error) {
        log.warn({ error, address: this.#options.config.TEMPORAL_ADDRESS }, 'Temporal cannot be reached');
        await delay(CONNECT_AGAIN_AFTER_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #create(connection: NativeConnection): Promise<Worker> {
    const { config, slots = {}, maxCachedWorkflows, patchActivationCallback } = this.#options;
    return Worker.create({
      connection,
      namespace: config.TEMPORAL_NAMESPACE,
      taskQueue: this.#options.taskQueue,
      activities: this.#options.activities,
      interceptors: { activity: [activityInterceptors] },
      shutdownGraceTime: this.#options.shutdownGraceMs ?? 15_000,
      ...(this.#options.workflowBundle && { workflowBundle: this.#options.workflowBundle }),
      ...(slots.activities && { maxConcurrentActivityTaskExecutions: slots.activities }),
      ...(slots.localActivities && { maxConcurrentLocalActivityExecutions: slots.localActivities }),
      ...(slots.workflowTasks && { maxConcurrentWorkflowTaskExecutions: slots.workflowTasks }),
      ...(maxCachedWorkflows !== undefined && { maxCachedWorkflows }),
      ...(patchActivationCallback && { patchActivationCallback }),
    });
  }
}

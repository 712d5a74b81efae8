import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { holdsWithin } from './probe.ts';
import { signalGroup } from './process-group.ts';
import type { Watchdog } from './watchdog.ts';

/** How one program is run. */
export interface ProgramSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Whose rights it runs with; ours when absent. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Asks for an orderly end. */
  readonly stopSignal?: NodeJS.Signals;
  /** Its output is appended there. */
  readonly logFile: string;
  readonly readyWithinMs: number;
  /** How often it is started again when it ends before it is ready; 0 when absent. */
  readonly startRetries?: number;
  /** @param log what it has written since it was started */
  isReady(log: () => string): boolean | Promise<boolean>;
}

/** What a program tells while it runs: a crash, and that it is back. */
export type ProgramListener = (message: string) => void;

/** Long enough for services to finish what they hold; then they are killed. */
const stopWithinMs = 8_000;
const backOffMs = { first: 500, longest: 10_000, resetAfter: 60_000 } as const;

/** A child process in a group of its own, restarted with a growing delay whenever it ends by itself. */
export class Program {
  readonly spec: ProgramSpec;
  readonly #watchdog: Watchdog;
  readonly #tell: ProgramListener;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #isWanted = false;
  #hasBeenReady = false;
  #logStart = 0;
  #crashes = 0;

  constructor(spec: ProgramSpec, watchdog: Watchdog, tell: ProgramListener) {
    this.spec = spec;
    this.#watchdog = watchdog;
    this.#tell = tell;
  }

  get name(): string {
    return this.spec.name;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it and waits until it is ready. Throws with the end of its log when it ends before, or takes too long. */
  async start(): Promise<void> {
    this.#isWanted = true;
    this.#hasBeenReady = false;
    for (let retriesLeft = this.spec.startRetries ?? 0; ; retriesLeft--) {
      const ended = this.#spawn();
      if (await this.#becomesReady(ended)) return;
      if (!this.#isWanted) throw new Error(`${this.name} was stopped while starting`);
      if (ended.aborted && retriesLeft > 0) {
        await delay(backOffMs.first);
        continue;
      }
      const why = ended.aborted ? 'ended while starting' : `was not ready within ${this.spec.readyWithinMs / 1000} s`;
      await this.kill();
      throw new Error(`${this.name} ${why}. ${this.spec.logFile} ends with:\n${this.#logEnd()}`);
    }
  }

  /** Asks it to end, and kills it when it does not in time. */
  async stop(): Promise<void> {
    await this.kill(this.spec.stopSignal ?? 'SIGTERM', stopWithinMs);
  }

  /** Sends the signal to its process group and waits until it has ended; it stays so until `start`. */
  async kill(signal: NodeJS.Signals = 'SIGKILL', withinMs = 2_000): Promise<void> {
    this.#isWanted = false;
    const child = this.#child;
    if (!child?.pid) return this.#exited;
    signalGroup(child.pid, signal);
    const isOver = await Promise.race([this.#exited.then(() => true), delay(withinMs, false, { ref: false })]);
    if (!isOver) signalGroup(child.pid, 'SIGKILL');
    await this.#exited;
  }

  #spawn(): AbortSignal {
    const { command, args, env, cwd, user, logFile } = this.spec;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    this.#logStart = statSync(logFile).size;
    const child = spawn(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      ...user,
      env: env ?? process.env,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    if (child.pid !== undefined) this.#watchdog.watch(child.pid, this.spec.stopSignal ?? 'SIGTERM');
    const ended = new AbortController();
    const startedAt = performance.now();
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      const onEnd = (how: string) => {
        if (this.#child !== child) return;
        this.#child = undefined;
        if (child.pid !== undefined) this.#afterExit(child.pid);
        ended.abort();
        resolve();
        if (this.#isWanted && this.#hasBeenReady) void this.#restart(how, performance.now() - startedAt);
      };
      child.once('error', (error) => onEnd(error.message));
      child.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`));
    });
    return ended.signal;
  }

  #afterExit(pid: number): void {
    signalGroup(pid, 'SIGKILL'); // what it left behind in its group
    this.#watchdog.forget(pid);
  }

  async #becomesReady(ended: AbortSignal): Promise<boolean> {
    const isReady = await holdsWithin(() => this.spec.isReady(() => this.#log()), this.spec.readyWithinMs, ended);
    this.#hasBeenReady ||= isReady;
    return isReady;
  }

  async #restart(how: string, livedMs: number): Promise<void> {
    this.#crashes = livedMs > backOffMs.resetAfter ? 1 : this.#crashes + 1;
    const waitMs = Math.min(backOffMs.first * 2 ** (this.#crashes - 1), backOffMs.longest);
    this.#tell(`${this.name} ended (${how}); starting it again in ${waitMs / 1000} s. Its log: ${this.spec.logFile}`);
    await delay(waitMs, undefined, { ref: false });
    if (!this.#isWanted || this.#child) return;
    if (await this.#becomesReady(this.#spawn())) this.#tell(`${this.name} is back`);
  }

  #log(): string {
    return readFileSync(this.spec.logFile).subarray(this.#logStart).toString();
  }

  #logEnd(): string {
    return this.#log().trimEnd().split('\n').slice(-20).join('\n');
  }
}

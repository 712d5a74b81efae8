import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

export type WatchdogMessage =
  { readonly watch: { readonly pid: number; readonly signal: NodeJS.Signals } } | { readonly forget: number };

/** Another launcher uses the data folder. */
export class AlreadyRunningError extends Error {
  readonly code = 'already_running';
}

/** The launcher's side of `watchdog.main.ts`: whatever is watched ends within 5 s of this process's own end. */
export class Watchdog {
  readonly #lockPath: string | undefined;
  readonly #watched = new Map<number, NodeJS.Signals>();
  #process: ChildProcess;

  private constructor(lockPath: string | undefined, watchdog: ChildProcess) {
    this.#lockPath = lockPath;
    this.#process = watchdog;
    this.#replaceWhenItEnds();
  }

  /**
   * @param lockPath held until all that is watched has ended
   * @throws AlreadyRunningError when somebody holds it; one that is only just ending is waited for
   */
  static async start(lockPath?: string): Promise<Watchdog> {
    for (;;) {
      const watchdog = spawnWatchdog(lockPath);
      const lines = createInterface({ input: watchdog.stdout! });
      const [answer] = (await once(lines, 'line')) as [string];
      lines.close();
      if (answer === 'held') return new Watchdog(lockPath, watchdog);
      if (answer === 'running') throw new AlreadyRunningError('It is running already');
      await delay(200);
    }
  }

  /** Call it right after the spawn, in the same tick: what is not yet watched would outlive a killed launcher. */
  watch(pid: number, signal: NodeJS.Signals): void {
    this.#watched.set(pid, signal);
    this.#send({ watch: { pid, signal } });
  }

  forget(pid: number): void {
    this.#watched.delete(pid);
    this.#send({ forget: pid });
  }

  /** Ends whatever is still watched, and gives the lock back. */
  async close(): Promise<void> {
    this.#process.removeAllListeners('exit');
    const ended = once(this.#process, 'exit');
    this.#process.stdin?.end();
    if (this.#process.exitCode === null) await ended;
  }

  #replaceWhenItEnds(): void {
    this.#process.stdin?.on('error', () => undefined); // `exit` follows
    this.#process.once('exit', () => {
      this.#process = spawnWatchdog(this.#lockPath);
      this.#replaceWhenItEnds();
      for (const [pid, signal] of this.#watched) this.#send({ watch: { pid, signal } });
    });
  }

  #send(message: WatchdogMessage): void {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

function spawnWatchdog(lockPath: string | undefined): ChildProcess {
  const program = join(import.meta.dirname, 'watchdog.main.ts');
  const args = ['--max-old-space-size=32', program, ...(lockPath === undefined ? [] : [lockPath])];
  // In a group of its own, so that Ctrl-C in the terminal does not reach it.
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export type WatchdogMessage =
  { readonly watch: { readonly pid: number; readonly signal: NodeJS.Signals } } | { readonly forget: number };

/** The launcher's side of `watchdog.main.ts`: whatever is watched ends within 5 s of this process's own end. */
export class Watchdog {
  readonly #watched = new Map<number, NodeJS.Signals>();
  #process: ChildProcess | undefined;

  /** Call it right after the spawn, in the same tick: what is not yet watched would outlive a killed launcher. */
  watch(pid: number, signal: NodeJS.Signals): void {
    this.#process ??= this.#start();
    this.#watched.set(pid, signal);
    this.#send({ watch: { pid, signal } });
  }

  forget(pid: number): void {
    this.#watched.delete(pid);
    this.#send({ forget: pid });
  }

  /** Lets the watchdog's process end; what is still watched then ends too. */
  close(): void {
    const watchdog = this.#process;
    watchdog?.removeAllListeners('exit');
    watchdog?.stdin?.end();
    this.#process = undefined;
  }

  #start(): ChildProcess {
    // A group of its own, so that Ctrl-C in the terminal does not reach it.
    const watchdog = spawn(
      process.execPath,
      ['--max-old-space-size=32', join(import.meta.dirname, 'watchdog.main.ts')],
      {
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
      },
    );
    watchdog.unref();
    watchdog.stdin.on('error', () => undefined); // it died: `exit` follows
    watchdog.once('exit', () => {
      this.#process = this.#start();
      for (const [pid, signal] of this.#watched) this.#send({ watch: { pid, signal } });
    });
    return watchdog;
  }

  #send(message: WatchdogMessage): void {
    this.#process?.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

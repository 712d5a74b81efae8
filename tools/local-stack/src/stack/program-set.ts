import { Program, type ProgramListener, type ProgramSpec } from '../processes/program.ts';
import type { Watchdog } from '../processes/watchdog.ts';

/** The programs of a stack by name, in the stages in which they were started. */
export class ProgramSet {
  readonly #watchdog: Watchdog;
  readonly #tell: ProgramListener;
  readonly #stages: Map<string, Program>[] = [];
  #isEnding = false;

  constructor(watchdog: Watchdog, tell: ProgramListener) {
    this.#watchdog = watchdog;
    this.#tell = tell;
  }

  /** Programs added from now on are stopped before all those added so far. */
  beginStage(): void {
    this.#stages.push(new Map());
  }

  /** Starts a program of the present stage. */
  async start(key: string, spec: ProgramSpec): Promise<void> {
    if (this.#isEnding) throw new Error(`${spec.name} was not started: the stack is ending`);
    const program = new Program(spec, this.#watchdog, this.#tell);
    this.#stages.at(-1)?.set(key, program);
    await program.start();
  }

  get(key: string): Program {
    const program = this.#stages.map((stage) => stage.get(key)).find(Boolean);
    if (!program) throw new Error(`${key} is not a program of this stack`);
    return program;
  }

  /** Stops all of them, the latest stage first: whoever uses a program ends before it. */
  async stop(): Promise<void> {
    this.#isEnding = true;
    for (const stage of this.#stages.toReversed()) {
      await Promise.all([...stage.values()].map((program) => program.stop()));
    }
  }

  /** Ends all of them at once, when nobody wants to wait. */
  async kill(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#stages.flatMap((stage) => [...stage.values()]).map((program) => program.kill()));
  }
}

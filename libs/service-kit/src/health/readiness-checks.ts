import { Injectable } from '@nestjs/common';

/** `detail` says why not, in words an operator can act on; it is public, so no secrets and no addresses. */
export interface CheckState {
  ready: boolean;
  detail?: string;
}

export interface Readiness {
  status: 'ready' | 'not_ready';
  checks: Record<string, CheckState>;
}

const CHECK_TIMEOUT_MS = 2_000;

/** What must be true before this process should get work. Each part registers its own real state; nothing is cached. */
@Injectable()
export class ReadinessChecks {
  readonly #checks = new Map<string, () => CheckState | Promise<CheckState>>();
  readonly #timeoutMs: number;
  #isStopping = false;

  constructor(timeoutMs = CHECK_TIMEOUT_MS) {
    this.#timeoutMs = timeoutMs;
  }

  register(name: string, check: () => CheckState | Promise<CheckState>): void {
    this.#checks.set(name, check);
  }

  /** From now on "not ready", whatever the checks say: the first step of a shutdown. */
  stop(): void {
    this.#isStopping = true;
  }

  async read(): Promise<Readiness> {
    const entries = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await state(check, this.#timeoutMs)] as const),
    );
    const checks: Record<string, CheckState> = Object.fromEntries(entries);
    if (this.#isStopping) checks['process'] = { ready: false, detail: 'stopping' };
    const isReady = Object.values(checks).every(({ ready }) => ready);
    return { status: isReady ? 'ready' : 'not_ready', checks };
  }
}

async function state(check: () => CheckState | Promise<CheckState>, timeoutMs: number): Promise<CheckState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckState>((resolve) => {
    timer = setTimeout(() => resolve({ ready: false, detail: `no answer in ${timeoutMs} ms` }), timeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve(check()), late]);
  } catch (error) {
    return { ready: false, detail: error instanceof Error ? error.name : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

import { ApiError } from './api.ts';
import type { System } from './system.ts';

interface TapAnswer {
  readonly opens: boolean;
  readonly reason: string;
}

/** A lock of the fake Salto KS, as somebody in front of it sees it. */
export class Door {
  readonly #system: System;
  readonly #lockId: string;

  constructor(system: System, lockId: string) {
    this.#system = system;
    this.#lockId = lockId;
  }

  /** Taps a phone on the reader. Somebody whom Salto does not know has no key, so nothing opens. */
  async opensFor(email: string): Promise<boolean> {
    try {
      return (await this.#system.saltoControl.post<TapAnswer>(`/locks/${this.#lockId}/tap`, { email })).opens;
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) return false;
      throw error;
    }
  }

  async refuses(email: string): Promise<boolean> {
    return !(await this.opensFor(email));
  }
}

/** Tells that something may have changed: for whoever keeps or shows all of it. */
export class Changes {
  readonly #listeners = new Set<() => void>();

  /** Calls the listener at each change from now on, until the function that it returns is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

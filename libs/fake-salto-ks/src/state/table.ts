/** Records of one kind by id, in the order in which they came. */
export class Table<T extends { id: string }> {
  readonly #records = new Map<string, T>();

  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  put(record: T): T {
    this.#records.set(record.id, record);
    return record;
  }

  delete(id: string): boolean {
    return this.#records.delete(id);
  }

  get size(): number {
    return this.#records.size;
  }

  all(): T[] {
    return [...this.#records.values()];
  }

  clear(): void {
    this.#records.clear();
  }
}

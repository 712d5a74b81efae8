/** One line of a site's entry log. Salto's has 23 fields; these are the ones that public sources name. */
export interface Entry {
  id: string;
  event_category: 'lock_opened' | 'lock_rejected';
  event_detail: 'no_access' | 'suspended' | 'offline' | null;
  utc_date_time: string;
  /** Naive local time of the site. */
  local_date_time: string;
  lock_id: string;
  /** The platform id, or the sentinel for a PIN that the lock does not know. */
  user_id: string;
  user_alias: string | null;
  access_by: string;
  access_detail: string | null;
  exit_requested: boolean;
}

/** Whom an entry names when a person may not be named any more; a guess. */
const ANONYMOUS_USER_ID = '00000000-0000-4000-8000-0000000000fe';

/** Salto forgets after 90 days; a fake that runs for long forgets the oldest beyond this many per site. */
const ENTRIES_KEPT = 10_000;

type Listener = (siteId: string, entry: Entry) => void;

/** Entry logs per site, oldest first. */
export class Entries {
  readonly #bySite = new Map<string, Entry[]>();
  readonly #listeners = new Set<Listener>();

  /** Tells of each entry from now on, until the function that it returns is called. */
  onAdded(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  add(siteId: string, entry: Entry): Entry {
    const log = this.#bySite.get(siteId) ?? [];
    this.#bySite.set(siteId, log);
    log.push(entry);
    // Cut in one piece now and then: cheaper than shifting at each entry.
    if (log.length > ENTRIES_KEPT * 1.2) log.splice(0, log.length - ENTRIES_KEPT);
    for (const tell of this.#listeners) tell(siteId, entry);
    return entry;
  }

  ofSite(siteId: string): Entry[] {
    return this.#bySite.get(siteId) ?? [];
  }

  /** Takes a person (platform id) out of all logs. */
  anonymize(userId: string): void {
    for (const entry of [...this.#bySite.values()].flat()) {
      if (entry.user_id === userId) Object.assign(entry, { user_id: ANONYMOUS_USER_ID, user_alias: null });
    }
  }

  bySite(): Record<string, Entry[]> {
    return Object.fromEntries(this.#bySite);
  }

  clear(): void {
    this.#bySite.clear();
  }
}

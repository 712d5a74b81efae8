import type { Urgency } from '@latchkey/access-workflows';
import type { SaltoKsSite } from '../salto-ks/salto-ks.client.ts';

/** For whom a site is asked, where that is for somebody. */
export interface Asker {
  readonly memberId: string;
  /** Access is to end: after an outage such calls go first. */
  readonly isRevoke: boolean;
}

/** How to reach a site. */
export interface Sites {
  /**
   * A client for one attempt, which is several calls.
   * @param urgency the class of its calls in the connection's budget
   * @param asker keeps its place in line while it is told to come back; it holds its pair's lock, so its later calls go
   *   first: they end what was begun
   * @throws AttemptError when the connection is broken or there is none; NotYetItsTurn when too many are before it
   */
  of(siteId: string, urgency: Urgency, asker?: Asker): Promise<SaltoKsSite>;
}

/** The class of what nobody waits for: checks, upkeep, preparations before a window opens. */
export const IN_BACKGROUND: Urgency = 4;

import type { ConnectionState } from '@latchkey/contracts';

export type ConnectionFact = Pick<ConnectionState, 'locationId' | 'siteId' | 'status'>;

/** In these Salto is asked, and what is due goes on. */
export const WORKING: ReadonlySet<ConnectionFact['status']> = new Set(['connected', 'degraded', 'disconnecting']);

/** Which locations are connected to which sites, and whether the adapter can work there. */
export class Sites {
  readonly #connected: readonly ConnectionFact[];

  constructor(connections: readonly ConnectionFact[]) {
    this.#connected = connections.filter(({ status }) => status !== 'disconnected');
  }

  /** After a disconnect (another site is one too) the rows of the location are left open. */
  isConnected(locationId: string, siteId: string): boolean {
    return this.#connected.some((connection) => connection.locationId === locationId && connection.siteId === siteId);
  }

  /** `gone`: no location has the site any more. `broken`: a person must reconnect it, and its work waits. */
  state(siteId: string): 'works' | 'broken' | 'gone' {
    const ofSite = this.#connected.filter((connection) => connection.siteId === siteId);
    if (ofSite.length === 0) return 'gone';
    return ofSite.some(({ status }) => WORKING.has(status)) ? 'works' : 'broken';
  }
}

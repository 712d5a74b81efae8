import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { FaultRules } from '../faults/fault-rules.ts';
import { draw } from '../faults/random.ts';
import type { Entry } from '../state/entries.ts';
import type { State } from '../state/state.ts';
import type { Subscription } from './hub-access.ts';
import { HubConnection } from './hub-connection.ts';
import { frame, messageType } from './hub-protocol.ts';

/** How long a connection that was negotiated is waited for. */
const NEGOTIATED_MS = 60_000;

interface Parts {
  state: State;
  faults: FaultRules;
  /** Epoch ms. */
  now: () => number;
}

/** Salto's event hub: tells connected clients each new entry of their sites. */
export class EventHub {
  readonly #parts: Parts;
  readonly #connections = new Set<HubConnection>();
  /** Connection ids by the token that the client connects with. */
  readonly #negotiated = new Map<string, { connectionId: string; at: number }>();

  /** Messages of each site so far, over all connections: what chance is drawn by. */
  readonly #drawn = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
    parts.state.entries.onAdded((siteId, entry) => this.#publish(siteId, entry));
  }

  /** Prepares a connection: its public id, and the secret token to connect with, once. */
  negotiate(): { connectionId: string; connectionToken: string } {
    const at = performance.now();
    for (const [token, negotiated] of this.#negotiated) {
      if (at - negotiated.at > NEGOTIATED_MS) this.#negotiated.delete(token);
    }
    const [connectionId, connectionToken] = [randomUUID(), randomUUID()];
    this.#negotiated.set(connectionToken, { connectionId, at });
    return { connectionId, connectionToken };
  }

  /** The connection id behind a token; undefined when nobody negotiated it, or when it was used. */
  claim(connectionToken: string): string | undefined {
    const negotiated = this.#negotiated.get(connectionToken);
    this.#negotiated.delete(connectionToken);
    return negotiated?.connectionId;
  }

  /** Takes over an open socket. */
  accept(socket: WebSocket, id: string, subscription: Subscription): void {
    const { state, now } = this.#parts;
    const connection = new HubConnection({ id, socket, subscription, settings: () => state.settings, now });
    this.#connections.add(connection);
    socket.once('close', () => this.#connections.delete(connection));
  }

  connections(): HubConnection[] {
    return [...this.#connections];
  }

  /** Loses a site (without it, all) on the connections that have it, silently; answers how many had it. */
  dropSite(siteId?: string): number {
    let dropped = 0;
    for (const { subscription, droppedSiteIds } of this.#connections) {
      const lost = subscription.siteIds.filter((id) => siteId === undefined || id === siteId);
      for (const id of lost) droppedSiteIds.add(id);
      if (lost.length > 0) dropped += 1;
    }
    return dropped;
  }

  /** Breaks every connection. */
  terminate(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  /** Breaks every connection, and lets chance begin anew. */
  reset(): void {
    this.terminate();
    this.#drawn.clear();
  }

  #publish(siteId: string, entry: Entry): void {
    if (this.#connections.size === 0) return;
    const { state } = this.#parts;
    if (!state.sites.get(siteId)?.features.includes('events_streaming')) return;
    const argument = state.settings.hub_entry_shape === 'object' ? entry : JSON.stringify(entry);
    const message = frame({ type: messageType.invocation, target: 'ReceiveMessage', arguments: [argument] });
    for (const connection of this.#connections) {
      if (!connection.hears(siteId, entry.user_id) || this.#isLost(connection, siteId)) continue;
      this.#deliver(connection, message);
    }
  }

  #deliver(connection: HubConnection, message: string): void {
    const effect = this.#parts.faults.takeMessage();
    connection.sent += 1;
    if (effect?.kind === 'reset') connection.terminate();
    // A fake that ends does not wait for a message that a fault holds back.
    else if (effect?.kind === 'delay') setTimeout(() => connection.send(message), effect.delay_ms).unref();
    else if (!effect) connection.send(message);
  }

  /**
   * Chance drops a site from a connection, from this message on. Drawn by all messages of the site: were it by those of
   * the connection, whoever connects anew would lose it at the same message for ever.
   */
  #isLost(connection: HubConnection, siteId: string): boolean {
    const { seed, hub_drop_probability: probability } = this.#parts.state.settings;
    const count = this.#drawn.get(siteId) ?? 0;
    this.#drawn.set(siteId, count + 1);
    if (draw(seed, `hub ${siteId}`, count) >= probability) return false;
    connection.droppedSiteIds.add(siteId);
    return true;
  }
}

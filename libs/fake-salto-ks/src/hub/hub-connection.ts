import type { WebSocket } from 'ws';
import type { Settings } from '../settings.ts';
import type { Subscription } from './hub-access.ts';
import { frame, handshakeError, messageType, splitFrames, type ClientMessage } from './hub-protocol.ts';

/** What SignalR takes of one message, and what we let pile up for a client that does not read. */
const LONGEST_MESSAGE = 32 * 1024;
const MOST_UNREAD_BYTES = 1024 * 1024;

interface Parts {
  id: string;
  socket: WebSocket;
  subscription: Subscription;
  settings: () => Settings;
  /** Epoch ms. */
  now: () => number;
}

/** One client of the hub: handshake, pings, and messages until its token expires. */
export class HubConnection {
  readonly id: string;
  readonly subscription: Subscription;
  readonly openedAt: number;
  /** Sites that the hub lost: the client is not told, and hears nothing of them until it connects anew. */
  readonly droppedSiteIds = new Set<string>();
  sent = 0;
  readonly #parts: Parts;
  #hasShakenHands = false;
  #received = '';
  #lastHeardAt = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.id = parts.id;
    this.subscription = parts.subscription;
    this.openedAt = parts.now();
    parts.socket.on('message', (data) => this.#receive((data as Buffer).toString('utf8')));
    // A connection that breaks is closed as well: nothing else to do about it.
    parts.socket.on('error', () => undefined);
    parts.socket.on('close', () => clearTimeout(this.#timer));
    this.#wakeLater();
  }

  /** Whether a message about this person (platform id) on this site is for this client. */
  hears(siteId: string, userId: string): boolean {
    const { siteIds, userId: wanted } = this.subscription;
    const isSubscribed = siteIds.includes(siteId) && (wanted === null || wanted === userId);
    return this.#hasShakenHands && isSubscribed && !this.droppedSiteIds.has(siteId) && !this.#isExpired();
  }

  /** Sends a message that is on the wire's form already. */
  send(message: string): void {
    const { socket } = this.#parts;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate();
    else socket.send(message);
  }

  /** Says goodbye and closes. `error` is for the client to see. */
  close(error?: string, allowReconnect = false): void {
    const reason = { ...(error !== undefined && { error }), ...(allowReconnect && { allowReconnect }) };
    this.send(frame({ type: messageType.close, ...reason }));
    this.#parts.socket.close();
  }

  /** Breaks the connection without a word. */
  terminate(): void {
    this.#parts.socket.terminate();
  }

  #receive(text: string): void {
    this.#lastHeardAt = performance.now();
    const { frames, rest } = splitFrames(this.#received + text);
    this.#received = rest;
    try {
      if (rest.length > LONGEST_MESSAGE) throw new Error('too long');
      for (const received of frames) this.#handle(received);
    } catch {
      this.close('Connection closed with an error. InvalidDataException: Invalid message.');
    }
  }

  #handle(text: string): void {
    if (!this.#hasShakenHands) {
      const error = handshakeError(text);
      this.send(frame(error === undefined ? {} : { error }));
      if (error === undefined) this.#hasShakenHands = true;
      else this.#parts.socket.close();
      return;
    }
    const { type, target, invocationId } = JSON.parse(text) as ClientMessage;
    if (type === messageType.close) this.#parts.socket.close();
    const isCall = type === messageType.invocation || type === messageType.streamInvocation;
    if (!isCall || invocationId === undefined) return;
    // The hub only speaks; SignalR's words for a method that is not there.
    const error = `Failed to invoke '${target}' due to an error on the server. HubException: Method does not exist.`;
    this.send(frame({ type: messageType.completion, invocationId, error }));
  }

  #isExpired(): boolean {
    return this.subscription.expiresAt <= this.#parts.now();
  }

  #wakeLater(): void {
    const { settings, now } = this.#parts;
    const toExpiry = this.subscription.expiresAt - now();
    const toPing = settings().hub_ping_seconds * 1000;
    this.#timer = setTimeout(() => this.#wake(), toExpiry > 0 ? Math.min(toPing, toExpiry) : toPing);
  }

  #wake(): void {
    const { hub_token_expiry, hub_client_timeout_seconds: patience } = this.#parts.settings();
    // As ASP.NET closes a connection whose authentication expired.
    if (this.#isExpired() && hub_token_expiry === 'closes') return this.close(undefined, true);
    if (performance.now() - this.#lastHeardAt > patience * 1000) {
      return this.close('Connection closed with an error. OperationCanceledException: the client sent nothing.');
    }
    if (this.#hasShakenHands) this.send(frame({ type: messageType.ping }));
    this.#wakeLater();
  }
}

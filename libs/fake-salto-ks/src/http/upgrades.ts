import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

/** The answer to a request for a WebSocket: one as to any other request, or the WebSocket. */
export class UpgradeResponse extends ServerResponse {
  readonly #open: (taken: (socket: WebSocket) => void) => void;

  constructor(request: IncomingMessage, open: (taken: (socket: WebSocket) => void) => void) {
    super(request);
    this.#open = open;
    // Node leaves the connection to us, so nobody would read another request from it.
    this.shouldKeepAlive = false;
    this.on('finish', () => this.socket?.destroySoon());
  }

  upgrade(taken: (socket: WebSocket) => void): void {
    if (this.socket) this.detachSocket(this.socket);
    // The call is over, though its connection stays.
    this.emit('close');
    this.#open(taken);
  }
}

/** The connections that asked for a WebSocket, whatever became of it. */
export class Upgrades {
  readonly #webSockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  readonly #sockets = new Set<Duplex>();

  responseFor(request: IncomingMessage, socket: Duplex, head: Buffer): UpgradeResponse {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A connection that breaks off is nobody's fault; it is closed as well.
    socket.on('error', () => undefined);
    const response = new UpgradeResponse(request, (taken) => {
      this.#webSockets.handleUpgrade(request, socket, head, taken);
    });
    response.assignSocket(socket as Socket);
    return response;
  }

  closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

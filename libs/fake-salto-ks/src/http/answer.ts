import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';

/** What goes back over HTTP: a body already as text, so that a kept answer costs nothing to repeat. */
export interface Answer {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string;
  type?: string;
  /** Writes the body, for as long as it likes. */
  stream?: (response: ServerResponse) => void;
  /** With status 101: takes over the WebSocket once it is open. */
  upgrade?: (socket: WebSocket) => void;
}

export function json(status: number, value: unknown): Answer {
  return { status, body: JSON.stringify(value), type: 'application/json; charset=utf-8' };
}

export function empty(status: 202 | 204): Answer {
  return { status };
}

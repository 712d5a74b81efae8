/** Ends each message of SignalR's text protocols. */
const RECORD_SEPARATOR = '\u001e';

/** The kinds of SignalR's JSON hub protocol that occur here, by their number on the wire. */
export const messageType = { invocation: 1, completion: 3, streamInvocation: 4, ping: 6, close: 7 } as const;

/** What a client may send after its handshake; more than the fake reads is ignored, as the protocol demands. */
export interface ClientMessage {
  type?: number;
  target?: string;
  invocationId?: string;
}

/** A message as it goes over the wire. */
export function frame(message: object): string {
  return JSON.stringify(message) + RECORD_SEPARATOR;
}

/** Splits what was received into whole messages and the beginning of the next one. */
export function splitFrames(received: string): { frames: string[]; rest: string } {
  const frames = received.split(RECORD_SEPARATOR);
  return { rest: frames.pop() ?? '', frames };
}

/** The error that answers a handshake, or nothing when it is one that we speak. Throws on what is not JSON. */
export function handshakeError(text: string): string | undefined {
  const { protocol, version } = JSON.parse(text) as { protocol?: unknown; version?: unknown };
  if (protocol !== 'json') return `The protocol '${String(protocol)}' is not supported.`;
  if (version !== 1) return `The server does not support version ${String(version)} of the '${protocol}' protocol.`;
  return undefined;
}

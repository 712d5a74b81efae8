import { randomUUID } from 'node:crypto';
import { json, type Answer } from '../http/answer.ts';
import { Refusal } from '../http/errors.ts';
import type { Route } from '../http/route.ts';
import { subscriptionOf } from './hub-access.ts';

/**
 * Opens the WebSocket of SignalR. `id` is the token of the negotiation; a client may also skip that. Other transports
 * of SignalR (server-sent events, long polling) are not offered.
 */
export const connectHub: Route = {
  method: 'GET',
  path: '/v1/hub/entries',
  prepare: async (incoming) => {
    const { world, headers, query } = incoming;
    const subscription = await subscriptionOf(incoming);
    if (headers.upgrade?.toString().toLowerCase() !== 'websocket') throw plain(400, 'Connection ID required');
    return (): Answer => {
      const token = query.get('id');
      const id = token === null ? randomUUID() : world.hub.claim(token);
      if (id === undefined) throw plain(404, 'No Connection with that ID');
      return { status: 101, upgrade: (socket) => world.hub.accept(socket, id, subscription) };
    };
  },
};

/** As ASP.NET answers here: a sentence, no error code. */
function plain(status: number, message: string): Refusal {
  return new Refusal({ ...json(status, null), body: message, type: 'text/plain' }, message);
}

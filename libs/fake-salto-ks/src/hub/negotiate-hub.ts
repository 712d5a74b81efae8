import { json } from '../http/answer.ts';
import type { Route } from '../http/route.ts';
import { subscriptionOf } from './hub-access.ts';

/** The first call of a SignalR client: which transports there are, and the token to connect with. */
export const negotiateHub: Route = {
  method: 'POST',
  path: '/v1/hub/entries/negotiate',
  prepare: async (incoming) => {
    const { world, query } = incoming;
    await subscriptionOf(incoming);
    return () => {
      const { connectionId, connectionToken } = world.hub.negotiate();
      const availableTransports = [{ transport: 'WebSockets', transferFormats: ['Text'] }];
      // Version 0 has one id for both purposes.
      if (query.get('negotiateVersion') !== '1')
        return json(200, { connectionId: connectionToken, availableTransports });
      return json(200, { negotiateVersion: 1, connectionId, connectionToken, availableTransports });
    };
  },
};

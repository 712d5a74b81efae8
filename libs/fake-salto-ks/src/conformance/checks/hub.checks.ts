import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { must, observe, type CheckGroup } from '../check.ts';
import type { Lab } from '../lab.ts';
import { fieldsOf, objectOf, outcome } from '../seen.ts';

function hubUrl(lab: Lab, path: string): string {
  const { target } = lab.session;
  return `${lab.need(target.hubUrl, 'the address of the event hub')}/v1/hub/entries${path}site_id=${target.siteId}`;
}

async function negotiate(lab: Lab, token?: string) {
  const headers = { authorization: `Bearer ${token ?? (await lab.session.tokens.access())}` };
  return lab.session.client.send(hubUrl(lab, '/negotiate?negotiateVersion=1&'), { method: 'POST', headers });
}

export const hubChecks: CheckGroup = {
  title: 'Event hub',
  checks: [
    must({
      id: 'hub.negotiate',
      fact: 'D',
      says: "The hub of a site's entries answers the negotiation of SignalR.",
      expected: '200, connectionId, connectionToken, availableTransports',
      see: async (lab) => {
        const answer = await negotiate(lab);
        return `${outcome(answer)}, ${fieldsOf(answer.body, ['connectionId', 'connectionToken', 'availableTransports'])}`;
      },
    }),
    must({
      id: 'hub.unauthorized',
      fact: 'D',
      says: 'The hub wants a good token: 401.',
      expected: '401',
      see: async (lab) => String((await negotiate(lab, 'not a token')).status),
    }),
    must({
      id: 'hub.handshake',
      fact: 'D',
      says: "Microsoft's client connects, and both shake hands on the JSON protocol.",
      expected: 'connected',
      see: async (lab) => {
        const accessTokenFactory = () => lab.session.tokens.access();
        const connection = new HubConnectionBuilder()
          .withUrl(hubUrl(lab, '?'), { accessTokenFactory })
          .configureLogging(LogLevel.None)
          .build();
        await connection.start();
        const state = connection.state.toLowerCase();
        await connection.stop();
        return state;
      },
    }),
    observe({
      id: 'hub.transports',
      says: 'Which transports does the hub offer?',
      guess: 'WebSockets',
      see: async (lab) => {
        const { availableTransports } = objectOf((await negotiate(lab)).body);
        const transports = Array.isArray(availableTransports) ? availableTransports.map(objectOf) : [];
        return transports.map(({ transport }) => String(transport)).join(', ') || 'none';
      },
    }),
  ],
};

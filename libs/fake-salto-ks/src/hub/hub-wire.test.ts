import { WebSocket } from 'ws';
import { demo } from '../demo-seed.ts';
import type { Settings } from '../settings.ts';
import { startFake } from '../testing/fake-under-test.ts';
import { until } from '../testing/until.ts';

const handshake = { protocol: 'json', version: 1 };

/** A listener that speaks the wire's words itself, also wrong ones. */
async function open(settings: Partial<Settings> = {}) {
  const test = await startFake({ settings });
  const token = await test.fake.accessToken(demo.administrator.id);
  const url = `${test.fake.url.replace('http', 'ws')}/v1/hub/entries?site_id=${demo.paris.id}&access_token=${token}`;
  const socket = new WebSocket(url);
  const received: object[] = [];
  socket.on('message', (data) => {
    const messages = (data as Buffer).toString('utf8').split('\u001e');
    expect(messages.pop()).toBe('');
    received.push(...messages.map((message) => JSON.parse(message) as object));
  });
  await until(() => socket.readyState === WebSocket.OPEN);
  const send = (message: object | string) => {
    socket.send(typeof message === 'string' ? message : `${JSON.stringify(message)}\u001e`);
  };
  const isClosed = () => socket.readyState === WebSocket.CLOSED;
  return { test, received, send, isClosed, [Symbol.asyncDispose]: () => test.fake.close() };
}

describe('the event hub on the wire', () => {
  it('shakes hands and pings', async () => {
    await using hub = await open({ hub_ping_seconds: 0.005 });
    hub.send(handshake);
    await until(() => hub.received.length >= 3);
    expect(hub.received.slice(0, 3)).toEqual([{}, { type: 6 }, { type: 6 }]);
  });

  it('takes a message in two pieces', async () => {
    await using hub = await open();
    hub.send('{"protocol":"json",');
    hub.send('"version":1}\u001e');
    await until(() => hub.received.length > 0);
    expect(hub.received).toEqual([{}]);
  });

  it.each([
    [{ protocol: 'messagepack', version: 1 }, "The protocol 'messagepack' is not supported."],
    [{ protocol: 'json', version: 2 }, "The server does not support version 2 of the 'json' protocol."],
  ])('refuses to shake hands on %j', async (wrong, error) => {
    await using hub = await open();
    hub.send(wrong);
    await until(hub.isClosed);
    expect(hub.received).toEqual([{ error }]);
  });

  it('sends nothing before the handshake', async () => {
    await using hub = await open();
    const tap = { user_id: demo.administrator.id };
    await hub.test.request('POST', `/_fake/locks/${demo.paris.locks.frontDoor}/tap`, tap);
    hub.send(handshake);
    await until(() => hub.received.length > 0);
    expect(hub.received).toEqual([{}]);
  });

  it('answers a call that it does not have, and lets pass what wants no answer', async () => {
    await using hub = await open();
    for (const message of [handshake, { type: 6 }, { type: 1, target: 'A', arguments: [] }]) hub.send(message);
    hub.send({ type: 1, target: 'Subscribe', invocationId: '7', arguments: [] });
    await until(() => hub.received.length > 1);
    const error = "Failed to invoke 'Subscribe' due to an error on the server. HubException: Method does not exist.";
    expect(hub.received).toEqual([{}, { type: 3, invocationId: '7', error }]);
  });

  it('closes for whom says goodbye', async () => {
    await using hub = await open();
    hub.send(handshake);
    hub.send({ type: 7 });
    await until(hub.isClosed);
    expect(hub.received).toEqual([{}]);
  });

  it.each([
    ['is not JSON', 'hello\u001e'],
    ['never ends', 'x'.repeat(40_000)],
  ])('closes with an error on what %s', async (_, nonsense) => {
    await using hub = await open();
    hub.send(handshake);
    hub.send(nonsense);
    await until(hub.isClosed);
    const error = expect.stringContaining('Invalid message') as string;
    expect(hub.received).toEqual([{}, { type: 7, error }]);
  });

  it('closes when the client says nothing for long', async () => {
    await using hub = await open({ hub_ping_seconds: 0.005, hub_client_timeout_seconds: 0.02 });
    hub.send(handshake);
    await until(hub.isClosed);
    expect(hub.received.at(-1)).toMatchObject({ type: 7, error: expect.stringContaining('sent nothing') as string });
  });
});

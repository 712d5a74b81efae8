import { HubConnectionBuilder, HubConnectionState, LogLevel, type IHttpConnectionOptions } from '@microsoft/signalr';
import { demo } from '../demo-seed.ts';
import type { Entry } from '../state/entries.ts';
import type { FakeUnderTest } from './fake-under-test.ts';

/** A listener as Salto's customers write it: Microsoft's client, signed in as the administrator. */
export async function listenToHub(
  test: FakeUnderTest,
  query = `site_id=${demo.paris.id}`,
  options: IHttpConnectionOptions = {},
) {
  const accessTokenFactory = () => test.fake.accessToken(demo.administrator.id);
  const client = new HubConnectionBuilder()
    .withUrl(`${test.fake.url}/v1/hub/entries?${query}`, { accessTokenFactory, ...options })
    .configureLogging(LogLevel.None)
    .build();
  const heard: Entry[] = [];
  const closed: (Error | undefined)[] = [];
  client.on('ReceiveMessage', (entry: Entry) => heard.push(entry));
  client.onclose((error) => closed.push(error));
  await client.start();
  const isClosed = () => client.state === HubConnectionState.Disconnected;
  return { client, heard, closed, isClosed, [Symbol.asyncDispose]: () => client.stop() };
}

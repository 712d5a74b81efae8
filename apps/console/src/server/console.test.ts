import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readConsoleConfig } from '../config.ts';
import { createConsole } from './console.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-console-'));
const servers: Server[] = [];
let url: string;
/** How many requests the service has seen. */
let asked = 0;

async function listen(server: Server): Promise<string> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  writeFileSync(join(folder, 'index.html'), 'the page');
  // Answers what it was asked.
  const service = createServer((incoming, answer) => {
    asked += 1;
    const { method, url: path, headers } = incoming;
    void text(incoming).then((body) =>
      answer.end(JSON.stringify({ method, path, body, authorization: headers.authorization })),
    );
  });
  const serviceUrl = await listen(service);
  const config = readConsoleConfig({
    ...{ HTTP_PORT: '0', OIDC_ISSUER: 'https://id.example/realm', OIDC_CLIENT_ID: 'console', OIDC_RESOURCE: '' },
    ...{ BILLING_GATEWAY_URL: serviceUrl, ACCESS_SERVICE_URL: serviceUrl, SALTO_ADAPTER_URL: 'http://127.0.0.1:1' },
  });
  url = await listen(createConsole(config, folder));
});

afterAll(() => {
  for (const server of servers) server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** Asks for an address as it stands: `fetch` would resolve dots first. */
async function sendRaw(path: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const [answer] = (await once(request({ hostname, port, path }).end(), 'response')) as [IncomingMessage];
  answer.resume();
}

test("a call reaches its service with the caller's own token", async () => {
  const headers = { authorization: 'Bearer mine' };
  const answer = await fetch(`${url}/api/access/v1/things?a=b`, { method: 'POST', headers, body: '{}' });
  expect(await answer.json()).toEqual({
    ...{ method: 'POST', path: '/v1/things?a=b', body: '{}', authorization: 'Bearer mine' },
  });
});

test.each([
  '/api/billing/metrics',
  '/api/billing/v1/../metrics',
  '/api/billing/v1/%2e%2e/metrics',
  '/api/other/v1/things',
  '//elsewhere/api/billing/metrics',
])('%s reaches no service', async (path) => {
  const before = asked;
  await sendRaw(path);
  expect(asked).toBe(before);
});

test('a service that does not answer is a problem that says what to do', async () => {
  const answer = await fetch(`${url}/api/adapter/v1/connections`);
  expect(answer.status).toBe(502);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({ code: 'service_unreachable', remedy: expect.any(String) as string });
});

test('an address within the page is the page, which may talk to itself and the issuer only', async () => {
  const answer = await fetch(`${url}/salto-ks/consent?code=c&state=s`);
  expect(await answer.text()).toBe('the page');
  expect(answer.headers.get('content-security-policy')).toContain("connect-src 'self' https://id.example;");
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
});

test('the page is told how to sign in', async () => {
  expect(await (await fetch(`${url}/sign-in.json`)).json()).toEqual({
    ...{ issuer: 'https://id.example/realm', clientId: 'console', scope: 'openid profile email' },
  });
});

test('every setting that is missing is named', () => {
  expect(() => readConsoleConfig({})).toThrow(/HTTP_PORT[\s\S]*BILLING_GATEWAY_URL[\s\S]*OIDC_CLIENT_ID/);
});

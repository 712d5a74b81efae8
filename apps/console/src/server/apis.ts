import { type IncomingMessage, ServerResponse } from 'node:http';
import { createProxyServer } from 'http-proxy-3';
import type { ConsoleConfig } from '../config.ts';

/** Longer than any call of the APIs should take, of which some ask Salto several things. */
const ANSWER_WITHIN_MS = 60_000;
const address = /^\/api\/(?<api>billing|access|adapter)(?<rest>\/v1\/.*)$/;

/** Hands `/api/<name>/v1/…` to the API of that name, with the caller's own token. Nothing else of a service is reached. */
export function createApis(config: ConsoleConfig): (request: IncomingMessage, response: ServerResponse) => void {
  const targets = new Map([
    ['billing', config.BILLING_GATEWAY_URL],
    ['access', config.ACCESS_SERVICE_URL],
    ['adapter', config.SALTO_ADAPTER_URL],
  ]);
  const proxy = createProxyServer({ changeOrigin: true, xfwd: true, proxyTimeout: ANSWER_WITHIN_MS });
  proxy.on('error', (_error, _request, response) => {
    if (response instanceof ServerResponse) refuse(response, 502);
  });
  return (request, response) => {
    // Resolved first, so that `/api/billing/v1/../metrics` is what it amounts to.
    const { pathname, search } = new URL(request.url ?? '/', 'http://console');
    const { api = '', rest = '' } = address.exec(pathname)?.groups ?? {};
    const target = targets.get(api);
    if (target === undefined) return refuse(response, 404);
    request.url = rest + search;
    proxy.web(request, response, { target });
  };
}

const problems = {
  404: { title: 'Not Found', code: 'not_found', detail: 'There is no such API.', remedy: 'Reload the page.' },
  502: {
    title: 'Bad Gateway',
    code: 'service_unreachable',
    detail: 'A service of Latchkey does not answer.',
    remedy: 'Try again in a moment. If it stays so, tell whoever operates it.',
  },
} as const;

function refuse(response: ServerResponse, status: keyof typeof problems): void {
  if (response.headersSent) return void response.destroy(); // half an answer must not look like a whole one
  const { code } = problems[status];
  response.writeHead(status, { 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify({ type: `urn:latchkey:problem:${code}`, status, ...problems[status] }));
}

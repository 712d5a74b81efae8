import { createServer, type Server } from 'node:http';
import sirv from 'sirv';
import type { ConsoleConfig } from '../config.ts';
import { createApis } from './apis.ts';
import { pageHeaders } from './page-headers.ts';

/**
 * The page and, from the same origin, the three APIs that it uses: so browsers need no CORS, and a page's script can
 * talk to nobody else (docs/adr/0024).
 * @param pageFolder what Vite built
 */
export function createConsole(config: ConsoleConfig, pageFolder: string): Server {
  const apis = createApis(config);
  const headers = pageHeaders(config);
  // `single`: an address within the page is the page.
  const page = sirv(pageFolder, {
    single: true,
    etag: true,
    setHeaders: (response, path) => {
      // Vite puts a hash of the content into the names below assets/.
      const isHashed = path.startsWith('/assets/');
      response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
  });
  const signIn = JSON.stringify({
    issuer: config.OIDC_ISSUER,
    clientId: config.OIDC_CLIENT_ID,
    scope: config.OIDC_SCOPE,
    resource: config.OIDC_RESOURCE,
  });
  return createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    const answer = (status: number, body: string) =>
      response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(body);
    if (path.startsWith('/health/')) answer(200, '{"status":"ok"}');
    else if (path === '/sign-in.json') answer(200, signIn);
    else if (path.startsWith('/api/')) apis(request, response);
    else page(request, response, () => void answer(404, '{"title":"Not Found","status":404}'));
  });
}

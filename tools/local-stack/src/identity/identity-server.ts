import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { apiAudience } from './audience.ts';
import { demoPeople } from './demo-people.ts';
import type { IdentityKeys } from './keys.ts';
import { createProvider } from './provider.ts';
import { signInPage } from './sign-in-page.ts';

const signInPath = /^\/sign-in\/(?<uid>[\w-]+)$/;

export interface IdentityServerOptions {
  readonly port: number;
  readonly keys: IdentityKeys;
  /** The address to listen on; the loopback interface when absent. */
  readonly host?: string | undefined;
  /** How its callers reach it, when not as `http://127.0.0.1:<port>`. */
  readonly issuer?: string | undefined;
}

/** Starts the identity server. */
export async function listenAsIdentityServer(options: IdentityServerOptions): Promise<Server> {
  const { port, keys, host = '127.0.0.1', issuer = `http://127.0.0.1:${port}` } = options;
  const provider = createProvider(issuer, keys);
  const protocol = provider.callback();
  const server = createServer((request, response) => {
    const isSignIn = signInPath.test(new URL(request.url ?? '/', provider.issuer).pathname);
    void (isSignIn ? signIn(provider, request, response) : protocol(request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

async function signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { uid, prompt, params, session } = await provider.interactionDetails(request, response);
    if (prompt.name === 'consent') {
      const grantId = await grantEverything(provider, String(params['client_id']), session?.accountId);
      await provider.interactionFinished(
        request,
        response,
        { consent: { grantId } },
        { mergeWithLastSubmission: true },
      );
      return;
    }
    const sub = request.method === 'POST' ? new URLSearchParams(await bodyOf(request)).get('sub') : null;
    if (demoPeople.some((person) => person.sub === sub)) {
      await provider.interactionFinished(request, response, { login: { accountId: sub as string } });
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8').end(signInPage(uid));
  } catch {
    // The interaction is over or another browser's: oidc-provider finds no session of it.
    response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('This sign-in has expired. Go back to the app and start again.\n');
  }
}

/** The apps are the product's own, so there is nothing to ask the person. */
function grantEverything(provider: Provider, clientId: string, accountId: string | undefined): Promise<string> {
  const grant = new provider.Grant({ clientId, ...(accountId === undefined ? {} : { accountId }) });
  grant.addOIDCScope('openid profile email offline_access');
  grant.addResourceScope(apiAudience, '');
  return grant.save();
}

const longestBody = 1_000;

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    body += chunk.toString();
    if (body.length > longestBody) throw new Error('The sign-in form is longer than it can be');
  }
  return body;
}

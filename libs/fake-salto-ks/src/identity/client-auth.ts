import { oauthRefusal } from '../http/errors.ts';
import type { Incoming } from '../http/route.ts';
import type { Client } from '../state/clients.ts';

/** The client of a token request, by HTTP Basic or form fields; throws `invalid_client`. */
export function authenticateClient({ world, headers }: Incoming, form: URLSearchParams): Client {
  const { id, secret } = basicCredentials(headers.authorization) ?? {
    id: form.get('client_id') ?? '',
    secret: form.get('client_secret'),
  };
  const client = world.state.clients.get(id);
  if (!client || client.secret !== (secret || null)) throw oauthRefusal('invalid_client', 'invalid_client');
  return client;
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basicCredentials(header: string | string[] | undefined): { id: string; secret: string } | undefined {
  const [, encoded] = /^Basic (.+)$/i.exec(String(header ?? '')) ?? [];
  if (!encoded) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { id: formDecode(id), secret: formDecode(rest.join(':')) };
}

function formDecode(text: string): string {
  return new URLSearchParams(`v=${text.replaceAll('&', '%26')}`).get('v') ?? '';
}

/** Whether consent may return to this address: exactly a registered one, with a free port on loopback. */
export function isRedirectAllowed(client: Client, redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const asked = new URL(redirectUri);
  const isLoopback = ['127.0.0.1', 'localhost', '[::1]'].includes(asked.hostname);
  if (client.redirect_uris === null) return isLoopback;
  return client.redirect_uris.some((known) => {
    const registered = new URL(known);
    if (isLoopback && registered.hostname === asked.hostname) registered.port = asked.port;
    return registered.href === asked.href;
  });
}

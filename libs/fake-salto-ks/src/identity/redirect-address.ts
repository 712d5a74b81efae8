import type { Client } from '../state/clients.ts';

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

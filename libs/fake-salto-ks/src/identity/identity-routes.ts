import type { Incoming, Method, Route } from '../http/route.ts';
import { askForConsent } from './ask-for-consent.ts';

/** Salto's identity server, on the same host as the API. */
export const identityRoutes: readonly Route[] = [
  protocolRoute('POST', '/connect/token'),
  protocolRoute('GET', '/.well-known/openid-configuration'),
  protocolRoute('GET', '/.well-known/openid-configuration/jwks'),
  protocolRoute('GET', '/connect/authorize', askForConsent),
  protocolRoute('POST', '/connect/authorize', askForConsent),
  protocolRoute('GET', '/connect/authorize/:interaction'),
  protocolRoute('POST', '/connect/revocation'),
  pageRoute('GET', '/account/login/:interaction'),
  pageRoute('POST', '/account/login/:interaction'),
  pageRoute('GET', '/consent/:interaction'),
  pageRoute('POST', '/consent/:interaction'),
];

/** An endpoint of OAuth or OpenID Connect. */
function protocolRoute(method: Method, path: string, adapt = (incoming: Incoming) => incoming): Route {
  return { method, path, prepare: (incoming) => () => incoming.world.identityServer.answer(adapt(incoming)) };
}

/** A page for people. */
function pageRoute(method: Method, path: string): Route {
  return { method, path, prepare: (incoming) => () => incoming.world.identityServer.interact(incoming) };
}

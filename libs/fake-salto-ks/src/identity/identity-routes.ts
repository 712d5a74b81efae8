import type { Route } from '../http/route.ts';
import { exchangeToken } from './exchange-token.ts';
import { getConfiguration } from './get-configuration.ts';
import { getJwks } from './get-jwks.ts';
import { giveConsent } from './give-consent.ts';
import { revokeToken } from './revoke-token.ts';
import { showConsent } from './show-consent.ts';

/** Salto's identity server, on the same host as the API. */
export const identityRoutes: readonly Route[] = [
  exchangeToken,
  getConfiguration,
  getJwks,
  showConsent,
  giveConsent,
  revokeToken,
];

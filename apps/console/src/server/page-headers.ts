import type { ConsoleConfig } from '../config.ts';

/**
 * What browsers may do with the page. It talks to itself and to the issuer, stands in no frame, and tells no other site
 * its address, which holds the code for a moment when Salto sends a browser back.
 */
export function pageHeaders({ OIDC_ISSUER }: ConsoleConfig): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${new URL(OIDC_ISSUER).origin}`,
    "img-src 'self' data:",
    "style-src 'self' 'unsafe-inline'", // Mantine writes its colours into a style element
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'Content-Security-Policy': policy.join('; '),
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

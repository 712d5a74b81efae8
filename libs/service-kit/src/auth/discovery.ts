import { z } from 'zod';

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url(), token_endpoint: z.url().optional() });
export type IssuerMetadata = z.output<typeof metadata>;

const TIMEOUT_MS = 3_000;

/**
 * OpenID Connect Discovery. An issuer that names another is refused, so that one issuer cannot speak for the next.
 * @throws when the issuer cannot be reached or answers nonsense
 */
export async function discover(issuer: string): Promise<IssuerMetadata> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`Discovery of ${issuer} answered ${response.status}`);
  const found = metadata.parse(await response.json());
  if (found.issuer !== issuer) throw new Error(`Discovery of ${issuer} names another issuer: ${found.issuer}`);
  return found;
}

import { z } from 'zod';

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
  .transform((value) => value.replace(/\/+$/, ''));

const consoleConfig = z.object({
  HTTP_HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  HTTP_PORT: z.coerce.number('expected a port').int().min(0).max(65_535).describe('port to listen on'),
  BILLING_GATEWAY_URL: httpUrl.describe('what /api/billing reaches'),
  ACCESS_SERVICE_URL: httpUrl.describe('what /api/access reaches'),
  SALTO_ADAPTER_URL: httpUrl.describe('what /api/adapter reaches'),
  OIDC_ISSUER: z.url('expected an address').describe('where administrators sign in'),
  OIDC_CLIENT_ID: z.string('expected a client').min(1).describe("the console's public client there (code with PKCE)"),
  OIDC_SCOPE: z.string().default('openid profile email').describe('what the sign-in asks for'),
  OIDC_RESOURCE: z.string().optional().describe('resource indicator (RFC 8707), where the issuer wants one'),
});

export type ConsoleConfig = z.output<typeof consoleConfig>;

/** @throws an Error that names every wrong or missing setting, without its value */
export function readConsoleConfig(env: NodeJS.ProcessEnv = process.env): ConsoleConfig {
  // An empty variable is an absent one: Compose and shells cannot pass "unset".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = consoleConfig.safeParse(given, { reportInput: false });
  if (result.success) return result.data;
  throw new Error(`The settings are not usable:\n${z.prettifyError(result.error)}`);
}

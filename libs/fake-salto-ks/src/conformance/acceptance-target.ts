import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { SignIn, Target } from './target.ts';

export const saltosAcceptance = "Salto's acceptance environment";

const url = z
  .url({ protocol: /^https?$/ })
  .regex(/[^/]$/, 'must not end in a slash')
  .refine((value) => !isProduction(value), 'is not an acceptance host of Salto: nothing is run against production');
const text = z.string().min(1);

const environmentSchema = z.object({
  SALTO_CONFORMANCE_IDENTITY_URL: url.default('https://identity-acc.eu.my-clay.com'),
  SALTO_CONFORMANCE_API_URL: url.default('https://clp-accept-user.my-clay.com'),
  SALTO_CONFORMANCE_HUB_URL: url.default('https://eventstreaming-connect-accept.saltoks.com'),
  SALTO_CONFORMANCE_CLIENT_ID: text,
  SALTO_CONFORMANCE_CLIENT_SECRET: text,
  /** User and password, or the refresh token. */
  SALTO_CONFORMANCE_USER: text.optional(),
  SALTO_CONFORMANCE_PASSWORD: text.optional(),
  /** A file with a refresh token. Salto may replace it whenever it is used: the newest is written back. */
  SALTO_CONFORMANCE_REFRESH_TOKEN_FILE: text.optional(),
  /** The only site on which anything is created. */
  SALTO_CONFORMANCE_SITE_ID: z.uuid(),
  /** An address that is registered for the client. */
  SALTO_CONFORMANCE_REDIRECT_URI: text.optional(),
  /** An access token whose hour is over. */
  SALTO_CONFORMANCE_STALE_TOKEN: text.optional(),
  /** So many free seats may be filled for a moment. */
  SALTO_CONFORMANCE_SEATS_TO_FILL: z.coerce.number().int().nonnegative().default(0),
});
type Environment = z.output<typeof environmentSchema>;

/** Settings without which there is nothing to connect with. */
const credentials = [
  ...['SALTO_CONFORMANCE_CLIENT_ID', 'SALTO_CONFORMANCE_CLIENT_SECRET', 'SALTO_CONFORMANCE_SITE_ID'],
  ...['SALTO_CONFORMANCE_USER', 'SALTO_CONFORMANCE_PASSWORD', 'SALTO_CONFORMANCE_REFRESH_TOKEN_FILE'],
];

const REQUESTS_PER_SECOND = 4;
const POLL_MS = 2000;

/**
 * Salto's acceptance environment as the variables `SALTO_CONFORMANCE_*` describe it; nothing when none of the
 * credentials is there. Throws when only some are, or when a host is one of Salto's that is not for acceptance.
 */
export function acceptanceTarget(environment: NodeJS.ProcessEnv): Target | undefined {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  if (!credentials.some((name) => name in given)) return undefined;
  const parsed = environmentSchema.safeParse(given);
  if (parsed.success) return target(parsed.data);
  const reasons = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`conformance cannot run:\n${reasons.join('\n')}`);
}

function target(settings: Environment): Target {
  const { SALTO_CONFORMANCE_IDENTITY_URL: identityUrl, SALTO_CONFORMANCE_API_URL: apiUrl } = settings;
  return {
    name: isSaltos(identityUrl) && isSaltos(apiUrl) ? saltosAcceptance : `${apiUrl}, which is not Salto's`,
    isFake: false,
    identityUrl,
    apiUrl,
    hubUrl: settings.SALTO_CONFORMANCE_HUB_URL,
    client: { id: settings.SALTO_CONFORMANCE_CLIENT_ID, secret: settings.SALTO_CONFORMANCE_CLIENT_SECRET },
    signIn: signInOf(settings),
    siteId: settings.SALTO_CONFORMANCE_SITE_ID,
    requestsPerSecond: REQUESTS_PER_SECOND,
    pollMs: POLL_MS,
    seatsToFill: settings.SALTO_CONFORMANCE_SEATS_TO_FILL,
    redirectUri: settings.SALTO_CONFORMANCE_REDIRECT_URI,
    staleToken: settings.SALTO_CONFORMANCE_STALE_TOKEN,
  };
}

function signInOf(settings: Environment): SignIn {
  const { SALTO_CONFORMANCE_USER: user, SALTO_CONFORMANCE_PASSWORD: password } = settings;
  const file = settings.SALTO_CONFORMANCE_REFRESH_TOKEN_FILE;
  if (user !== undefined && password !== undefined) return { user, password };
  if (file === undefined)
    throw new Error('conformance cannot run: it needs user and password, or a refresh token in a file');
  return {
    refreshToken: { read: async () => (await readFile(file, 'utf8')).trim(), write: (token) => replace(file, token) },
  };
}

/** A token is never half written: losing it would cost a person's consent. */
async function replace(file: string, token: string): Promise<void> {
  await writeFile(`${file}.new`, `${token}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

const isSaltos = (address: string) => /(^|\.)(my-clay\.com|saltoks\.com)$/.test(new URL(address).hostname);

/** A host of Salto's without "acc" or "accept" in its name: also those of regions that we have not heard of. */
function isProduction(address: string): boolean {
  return isSaltos(address) && !/(^|[-.])acc(ept)?([-.])/.test(new URL(address).hostname);
}

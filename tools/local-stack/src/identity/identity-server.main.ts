/** The local stack's OpenID provider as a process of its own. Environment: PORT, KEYS_FILE; in a container also HOST, ISSUER. */
import { listenAsIdentityServer } from './identity-server.ts';
import { identityKeys } from './keys.ts';

const { PORT, KEYS_FILE, HOST, ISSUER } = process.env;
if (!PORT || !KEYS_FILE) throw new Error('PORT and KEYS_FILE must be set');

const server = await listenAsIdentityServer({
  port: Number(PORT),
  keys: await identityKeys(KEYS_FILE),
  host: HOST,
  issuer: ISSUER,
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

/** The local stack's OpenID provider as a process of its own. Environment: PORT, KEYS_FILE. */
import { listenAsIdentityServer } from './identity-server.ts';
import { identityKeys } from './keys.ts';

const { PORT, KEYS_FILE } = process.env;
if (!PORT || !KEYS_FILE) throw new Error('PORT and KEYS_FILE must be set');

const server = await listenAsIdentityServer(Number(PORT), await identityKeys(KEYS_FILE));
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});

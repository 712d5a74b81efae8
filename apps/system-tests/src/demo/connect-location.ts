import type { BegunConsent, ConnectionBody, ConsentBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { eventually, giveConsent } from '@latchkey/test-kit';
import { ApiError, type Api } from '../system/api.ts';
import type { System } from '../system/system.ts';

/**
 * Connects a location as its administrator does: to Salto's consent page and back, then a choice of the site. A location
 * that is connected stays as it is.
 * @param login of an administrator of the location
 */
export async function connectLocation(
  system: System,
  { locationId, siteId, login }: { locationId: string; siteId: string; login: string },
): Promise<void> {
  const adapter = system.adapter(login);
  if (await isConnected(system.adapter('operator'), locationId)) return;
  // The adapter hears by an event who administers the location: it may not know it at once.
  const { authorizationUrl } = await eventually(
    () => adapter.post<BegunConsent>(`/v1/connections/${locationId}/consents`),
    { timeoutMs: 60_000 },
  );
  const { code, state, iss } = await giveConsent(authorizationUrl, demo.administrator);
  const consent = await adapter.post<ConsentBody>('/v1/consents/completions', { code, state, iss });
  await adapter.put(`/v1/connections/${locationId}`, {
    consentId: consent.id,
    accountId: consent.account.id,
    siteId,
  });
}

async function isConnected(operator: Api, locationId: string): Promise<boolean> {
  try {
    const { status } = await operator.get<ConnectionBody>(`/v1/connections/${locationId}`);
    return status === 'connected';
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

import { notFound, requireAdministratorOf, type Caller } from '@latchkey/service-kit';
import type { Connections } from '../connections/connections.ts';
import type { LocationSite } from './own-people.ts';

/**
 * The site that a location is connected to, for its administrators.
 * @throws Problem 404 `connection_not_found`, 403 `location_not_yours`
 */
export async function connectedSite(
  connections: Connections,
  caller: Caller,
  locationId: string,
): Promise<LocationSite> {
  requireAdministratorOf(caller, locationId, { kind: 'connection', id: locationId });
  const connection = await connections.ofLocation(locationId);
  if (connection === undefined) throw notFound('connection', locationId);
  return { siteId: connection.siteId, locationId };
}

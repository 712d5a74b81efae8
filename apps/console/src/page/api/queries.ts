import type {
  ConnectionBody,
  ConsentBody,
  InspectedAccessGroup,
  LocationBody,
  MeBody,
  SettingsCheckAnswer,
  SiteAccessGroups,
} from '@latchkey/contracts';
import { queryOptions } from '@tanstack/react-query';
import { ask, askAll } from './api.ts';
import { oneAfterTheOther } from './one-after-the-other.ts';
import { Problem } from './problem.ts';

/** The locations that the caller administers, by name. */
export const myLocations = queryOptions({
  queryKey: ['locations'],
  queryFn: async () => {
    const { person } = await ask<MeBody>('billing', '/v1/me');
    const known = await askAll<LocationBody>('billing', '/v1/locations');
    return known
      .filter(({ id }) => person.administratorOf.includes(id))
      .sort((one, other) => one.name.localeCompare(other.name));
  },
});

/** The location's connection; null when there never was one. */
export const connectionOf = (locationId: string) =>
  queryOptions({
    queryKey: ['connection', locationId],
    queryFn: async () => {
      try {
        return await ask<ConnectionBody>('adapter', `/v1/connections/${locationId}`);
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return null;
        throw error;
      }
    },
  });

export const consentOf = (consentId: string) =>
  queryOptions({
    queryKey: ['consent', consentId],
    queryFn: () => ask<ConsentBody>('adapter', `/v1/consents/${consentId}`),
    staleTime: Infinity,
  });

/** The groups of the site; `siteId` tells those of the next site from those of the last. */
export const accessGroupsOf = ({ locationId, siteId }: ConnectionBody) =>
  queryOptions({
    queryKey: ['access-groups', locationId, siteId],
    queryFn: async () => (await ask<SiteAccessGroups>('adapter', `/v1/connections/${locationId}/access-groups`)).items,
  });

const inTurn = oneAfterTheOther();

/** A look at one group costs several calls of Salto, so one is taken at a time. */
export const inspectionOf = ({ locationId, siteId }: ConnectionBody, groupId: string) =>
  queryOptions({
    queryKey: ['access-group', locationId, siteId, groupId],
    queryFn: () =>
      inTurn(() =>
        ask<InspectedAccessGroup>(
          'adapter',
          `/v1/connections/${locationId}/access-groups/${encodeURIComponent(groupId)}`,
        ),
      ),
    staleTime: 60_000,
  });

type LostSetting = SettingsCheckAnswer['items'][number];
export type NamedLostSetting = LostSetting & { readonly name: string };

/** The settings that name groups which the site does not have, with the names of what they belong to. */
export const lostSettingsOf = (connection: ConnectionBody, groupIds: readonly string[]) =>
  queryOptions({
    queryKey: ['lost-settings', connection.locationId, connection.siteId, groupIds],
    queryFn: async (): Promise<NamedLostSetting[]> => {
      const path = `/v1/locations/${connection.locationId}/access-settings/check`;
      const { items } = await ask<SettingsCheckAnswer>('access', path, { method: 'POST', body: { groupIds } });
      return Promise.all(items.map(async (setting) => ({ ...setting, name: await nameOf(setting) })));
    },
  });

async function nameOf({ kind, id, subscriptionId }: LostSetting): Promise<string> {
  if (kind === 'subscription_item') return subscriptionId ?? id;
  return (await ask<{ name: string }>('billing', `/v1/${kind}s/${id}`)).name;
}

import type { ConnectionBody, ConnectionChoice, OfferedSite } from '@latchkey/contracts';

export type Confirmation = ConnectionChoice['confirmations'][number];

/** Whether the site may be chosen at all. */
export function isChoosable({ use, isSubscriptionValid }: OfferedSite): boolean {
  return isSubscriptionValid && use !== 'another_location';
}

/** What has to be confirmed to choose the site, in the order in which it is asked. */
export function confirmationsFor(site: OfferedSite, connection: ConnectionBody | null): Confirmation[] {
  const leaves = connection !== null && connection.status !== 'disconnected' && connection.siteId !== site.id;
  return [
    ...(site.use === 'location_of_yours' ? (['share_site'] as const) : []),
    ...(leaves ? (['change_site'] as const) : []),
  ];
}

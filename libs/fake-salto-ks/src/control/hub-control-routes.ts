import { z } from 'zod';
import { empty, json } from '../http/answer.ts';
import { controlRoute } from './control-route.ts';

/** Who listens to the event hub now, and to what. */
export const listHubConnections = controlRoute({
  method: 'GET',
  path: '/_fake/hub',
  handle: ({ world }) => {
    const items = world.hub.connections().map(({ id, subscription, openedAt, droppedSiteIds, sent }) => ({
      id,
      account_id: subscription.accountId,
      site_ids: subscription.siteIds,
      user_id: subscription.userId,
      opened_at: new Date(openedAt).toISOString(),
      token_expires_at: new Date(subscription.expiresAt).toISOString(),
      dropped_site_ids: [...droppedSiteIds],
      sent,
    }));
    return json(200, { items });
  },
});

/** The hub loses a site, or all, on the connections that are open: they stay open and hear nothing more of it. */
export const dropHubSite = controlRoute({
  method: 'POST',
  path: '/_fake/hub/drop',
  body: z.strictObject({ site_id: z.string().optional() }),
  handle: ({ world, body }) => json(200, { connections: world.hub.dropSite(body.site_id) }),
});

/** Breaks every connection of the hub without a word, as a network does. */
export const breakHubConnections = controlRoute({
  method: 'DELETE',
  path: '/_fake/hub',
  handle: ({ world }) => {
    world.hub.terminate();
    return empty(204);
  },
});

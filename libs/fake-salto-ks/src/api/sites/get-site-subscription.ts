import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';

/** What the site has paid for. */
export const getSiteSubscription = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/subscription',
  handle: ({ site }) => json(200, { user_amount: site.user_amount, type: 'default', features: site.features }),
});

import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { siteView } from './site-view.ts';

export const getSite = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site',
  anyUser: true,
  handle: ({ state, site }) => json(200, siteView(state, site)),
});

import { json } from '../../http/answer.ts';
import { siteRoute } from '../api-route.ts';
import { findIq, iqView } from './iq-view.ts';

export const getIq = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/iqs/:iq',
  handle: (call) => json(200, iqView(findIq(call), call.site)),
});
